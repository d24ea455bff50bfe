/** What the composer suggests after a slash. The sandbox's own list: the app decides what it really takes. */
export interface Suggestion {
  /** What stands in the composer when it is taken. */
  insert: string
  usage: string
  description: string
}

const SUBCOMMANDS = [
  ['start', 'start <migration>', 'Move a database: audit first, then everything up to the vote'],
  ['status', 'status [migration]', 'Where a migration stands'],
  ['list', 'list', 'All migrations'],
  ['pause', 'pause <migration>', 'Hold a migration after its current step'],
  ['resume', 'resume <migration>', 'Go on with a paused migration'],
  ['retry', 'retry <migration>', 'Try a failed phase again'],
  ['abort', 'abort <migration>', 'Stop a migration and undo what it made'],
  ['help', 'help', 'What can be typed'],
] as const

/** Nothing once the subcommand is typed in full, so that Enter sends. */
export function suggest(text: string): Suggestion[] {
  if (/^\/[a-z]*$/i.test(text) && '/migrate'.startsWith(text.toLowerCase())) {
    return text === '/migrate'
      ? suggest('/migrate ')
      : [{ insert: '/migrate ', usage: '/migrate', description: 'Move a live PostgreSQL database' }]
  }
  const typed = /^\/migrate (\S*)$/i.exec(text)?.[1]?.toLowerCase()
  if (typed === undefined) return []
  return SUBCOMMANDS.filter(([name]) => name.startsWith(typed) && name !== typed).map(([name, usage, description]) => ({
    insert: `/migrate ${name}${usage === name ? '' : ' '}`,
    usage: `/migrate ${usage}`,
    description,
  }))
}
