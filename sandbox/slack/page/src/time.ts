/** Times as Slack writes them, in the browser's own time zone. */

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const clockSeconds = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' })
const long = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' })
const longYear = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })
const medium = new Intl.DateTimeFormat(undefined, { month: 'long', day: 'numeric', year: 'numeric' })
const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', year: 'numeric' })
const numeric = new Intl.DateTimeFormat('sv-SE')

export const readTs = (ts: string): Date => new Date(Number(ts) * 1000)
export const formatClock = (date: Date): string => clock.format(date)
export const formatFull = (date: Date): string => `${longYear.format(date)} at ${clockSeconds.format(date)}`

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** Whole calendar days from that day to today: 0 today, 1 yesterday, -1 tomorrow. */
const daysAgo = (date: Date): number => Math.round((startOfDay(new Date()) - startOfDay(date)) / 86_400_000)

const RELATIVE: Readonly<Record<number, string>> = { [-1]: 'tomorrow', 0: 'today', 1: 'yesterday' }

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

export const isSameDay = (left: Date, right: Date): boolean => startOfDay(left) === startOfDay(right)

export function formatDay(date: Date): string {
  const relative = RELATIVE[daysAgo(date)]
  if (relative !== undefined) return capitalize(relative)
  return date.getFullYear() === new Date().getFullYear() ? long.format(date) : longYear.format(date)
}

export const formatMoment = (date: Date): string =>
  `${RELATIVE[daysAgo(date)] ?? short.format(date)} at ${formatClock(date)}`

function formatAgo(date: Date): string {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000)
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  if (Math.abs(seconds) < 90) return relative.format(seconds, 'second')
  if (Math.abs(seconds) < 5_400) return relative.format(Math.round(seconds / 60), 'minute')
  if (Math.abs(seconds) < 129_600) return relative.format(Math.round(seconds / 3_600), 'hour')
  return relative.format(Math.round(seconds / 86_400), 'day')
}

const TOKENS: Readonly<Record<string, (date: Date) => string>> = {
  date_num: (date) => numeric.format(date),
  date_slash: (date) => date.toLocaleDateString(),
  date: (date) => medium.format(date),
  date_short: (date) => short.format(date),
  date_long: (date) => longYear.format(date),
  date_pretty: (date) => RELATIVE[daysAgo(date)] ?? medium.format(date),
  date_short_pretty: (date) => RELATIVE[daysAgo(date)] ?? short.format(date),
  date_long_pretty: (date) => RELATIVE[daysAgo(date)] ?? longYear.format(date),
  day_divider_pretty: (date) => RELATIVE[daysAgo(date)] ?? long.format(date),
  time: formatClock,
  time_secs: (date) => clockSeconds.format(date),
  ago: formatAgo,
}

/** `<!date^seconds^format>`; null when the format has a token that Slack does not know, so that the fallback shows. */
export function formatSlackDate(seconds: number, format: string): string | null {
  let known = Number.isFinite(seconds)
  const date = new Date(seconds * 1000)
  const text = format.replaceAll(/\{(\w+)\}/g, (_, token: string) => {
    const render = TOKENS[token]
    if (render === undefined || !known) {
      known = false
      return ''
    }
    return render(date)
  })
  return known ? capitalize(text) : null
}
