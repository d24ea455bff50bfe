import { z } from 'zod'
import { FlyttError } from '../src/errors.ts'
import type { Subcommand } from './subcommand.ts'

/** What a migration's name, or an id such as `shop-3`, looks like. */
const nameWord = z.string().regex(/^[a-z][a-z0-9-]{0,50}$/, 'a name has only small letters, digits and dashes')
const oneName = z.tuple([nameWord], 'one name is needed')
const optionalName = z.union([z.tuple([]), oneName])
const nothing = z.tuple([])

type Usage = Pick<Subcommand, 'name' | 'usage'>

/** @returns the one name that was typed. @throws {FlyttError} `COMMAND_MISUSED` */
export function requireName(subcommand: Usage, words: readonly string[]): string {
  return parseWords(subcommand, oneName, words)[0]
}

/** @returns the one name that was typed, or null when none was. @throws {FlyttError} `COMMAND_MISUSED` */
export function findName(subcommand: Usage, words: readonly string[]): string | null {
  return parseWords(subcommand, optionalName, words)[0] ?? null
}

/** Sees that nothing else was typed. @throws {FlyttError} `COMMAND_MISUSED` */
export function requireNothing(subcommand: Usage, words: readonly string[]): void {
  parseWords(subcommand, nothing, words)
}

function parseWords<T extends z.ZodType>({ name, usage }: Usage, schema: T, words: readonly string[]): z.infer<T> {
  const parsed = schema.safeParse(words.map((word) => word.toLowerCase()))
  if (parsed.success) return parsed.data
  throw new FlyttError('COMMAND_MISUSED', { context: { subcommand: name, usage, reason: reasonOf(words, usage) } })
}

function reasonOf(words: readonly string[], usage: string): string {
  const takesName = usage.includes('name')
  if (words.length > (takesName ? 1 : 0)) return takesName ? 'it takes one name' : 'it stands alone'
  if (words.length === 0) return 'the name is missing'
  return 'a name has only small letters, digits and dashes'
}
