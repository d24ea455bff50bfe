import { FlyttError } from '../errors.ts'

/** What every shell takes as it stands. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/**
 * Quotes one argument for a POSIX shell: `it's` becomes `'it'\''s'`.
 *
 * @throws {FlyttError} `INTERNAL` for a NUL byte, which no program's argument can hold
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
export function quoteArgument(argument: string): string {
  if (argument.includes('\0')) throw new FlyttError('INTERNAL', { context: { reason: 'an argument holds a NUL byte' } })
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * Makes the one text that SSH sends of a program and its arguments, so that the host's shell gives them back unchanged.
 *
 * @param argv - program and arguments; at least the program
 */
export function quoteCommand(argv: readonly string[]): string {
  const [program = '', ...others] = argv
  // An unquoted word with `=` in first place would be an assignment, not a program.
  const first = program.includes('=') ? `'${program.replaceAll("'", String.raw`'\''`)}'` : quoteArgument(program)
  return [first, ...others.map(quoteArgument)].join(' ')
}
