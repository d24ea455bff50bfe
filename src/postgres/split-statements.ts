import { endOfLine, readToken } from './sql-token.ts'

/** One statement of a script, with what pg_dump wrote above it. */
export interface Statement {
  /** Blank space, comments and psql's meta commands since the statement before. */
  readonly leading: string
  /** The statement itself, its semicolon included. */
  readonly sql: string
  /** Which of pg_dump's entries it belongs to, counted from 1; 0 before the first entry. */
  readonly entry: number
  /** That entry as pg_dump's comment describes it; null before the first entry. */
  readonly header: EntryHeader | null
}

/** The comment pg_dump writes above each entry. For people: a hostile name could forge it, so nothing depends on it. */
export interface EntryHeader {
  readonly name: string
  readonly type: string
  readonly schema: string
}

/** A script taken apart; joining every `leading` and `sql`, and then `trailing`, gives the script again. */
export interface Script {
  readonly statements: readonly Statement[]
  readonly trailing: string
}

const HEADER = /^-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*$/m

/**
 * Splits a script of `pg_dump` (or any SQL) into its statements, by the same rules as psql: a semicolon ends a statement
 * unless it stands in quotes, in a comment, in parentheses, or in the `BEGIN ATOMIC … END` body of a function; a
 * backslash between statements begins a meta command of psql, to the end of the line.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function splitScript(script: string): Script {
  const statements: Statement[] = []
  let entry = 0
  let header: EntryHeader | null = null
  let position = 0
  for (;;) {
    const begin = skipLeading(script, position)
    const leading = script.slice(position, begin)
    if (begin >= script.length) return { statements, trailing: leading }
    const found = HEADER.exec(leading)
    if (found) {
      entry++
      header = { name: found[1] ?? '', type: found[2] ?? '', schema: found[3] ?? '' }
    }
    position = endOfStatement(script, begin)
    statements.push({ leading, sql: script.slice(begin, position), entry, header })
  }
}

function skipLeading(script: string, from: number): number {
  let at = from
  while (at < script.length) {
    if (script.charAt(at) === '\\') {
      at = endOfLine(script, at)
      continue
    }
    const { kind, end } = readToken(script, at)
    if (kind !== 'blank' && kind !== 'comment') break
    at = end
  }
  return at
}

function endOfStatement(script: string, begin: number): number {
  const body = new AtomicBody()
  let parentheses = 0
  let at = begin
  while (at < script.length) {
    const { kind, end } = readToken(script, at)
    if (kind === 'word') body.read(script.slice(at, end), parentheses, script.slice(end, end + 32))
    if (kind === 'symbol') {
      const symbol = script.charAt(at)
      if (symbol === '(') parentheses++
      if (symbol === ')' && parentheses > 0) parentheses--
      if (symbol === ';' && parentheses === 0 && body.depth === 0) return end
    }
    at = end
  }
  return at
}

/** Follows `CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC … CASE … END … END`. */
class AtomicBody {
  depth = 0
  #firstWords = ''
  #wordCount = 0

  read(word: string, parentheses: number, following: string): void {
    const upper = word.toUpperCase()
    if (this.#wordCount++ < 4) this.#firstWords += ` ${upper}`
    if (parentheses > 0 || !/^ CREATE( OR REPLACE)? (FUNCTION|PROCEDURE)\b/.test(this.#firstWords)) return
    // A function may itself be called "begin", which pg_dump does not quote.
    if (upper === 'BEGIN' && /^\s+ATOMIC\b/i.test(following)) this.depth++
    if (upper === 'CASE' && this.depth > 0) this.depth++
    if (upper === 'END' && this.depth > 0) this.depth--
  }
}
