import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../units.ts'

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Writes a count with thousands separators: `12,345`. */
export function formatCount(count: number | bigint): string {
  return typeof count === 'bigint' ? count.toLocaleString('en-US') : Math.round(count).toLocaleString('en-US')
}

/** Writes a count with its noun: `1 table`, `14 tables`. */
export function formatNumberOf(count: number | bigint, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${BigInt(typeof count === 'bigint' ? count : Math.round(count)) === 1n ? singular : plural}`
}

/** Writes bytes as PostgreSQL does, 1024 to the next unit: `512 bytes`, `12 kB`, `1.4 GB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${BYTE_UNITS[unit] ?? 'bytes'}`
}

/** Writes a duration in its two largest units: `138 ms`, `2.1 s`, `2 min 10 s`, `1 h 5 min`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs))
  if (ms < SECOND_MS) return `${ms} ms`
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1).replace(/\.0$/, '')} s`
  if (ms < MINUTE_MS - SECOND_MS / 2) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < HOUR_MS - SECOND_MS / 2) return formatPair(Math.round(ms / SECOND_MS), 60, 'min', 's')
  return formatPair(Math.round(ms / MINUTE_MS), 60, 'h', 'min')
}

function formatPair(smallCount: number, perLarge: number, large: string, small: string): string {
  const rest = smallCount % perLarge
  return `${formatCount(Math.floor(smallCount / perLarge))} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

/** Writes a share in whole percent, rounded down, so that 100 % means all: `42 %`. */
export function formatPercent(part: number, whole: number): string {
  return `${whole <= 0 ? 100 : Math.max(0, Math.min(100, Math.floor((part / whole) * 100)))} %`
}

/**
 * Writes a time that each reader sees in their own time zone.
 *
 * @param style - `time` hours and minutes · `seconds` with seconds · `day` date and time
 * @param lead - words before it, without a caret or a bar; inside the token, so that `today` after them is not capitalized
 * @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function formatTime(at: Date, style: 'time' | 'seconds' | 'day' = 'time', lead = ''): string {
  const token = { time: '{time}', seconds: '{time_secs}', day: '{date_short_pretty} at {time}' }[style]
  const before = lead === '' ? '' : `${lead} `
  return `<!date^${Math.floor(at.getTime() / SECOND_MS)}^${before}${token}|${before}${formatUtc(at)}>`
}

/** Writes a time in UTC, for places that show no date tokens: `2026-03-01 10:15 UTC`. */
export function formatUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Writes names as a sentence part: `a, b and c`. */
export function formatList(parts: readonly string[]): string {
  return joinWith('and', parts)
}

/** Writes names to choose from: `a, b or c`. */
export function formatChoice(parts: readonly string[]): string {
  return joinWith('or', parts)
}

function joinWith(word: string, parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`
}

/** Starts a sentence with a capital letter. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
