/** What a piece of SQL text is. `word` is a keyword, name or number; `identifier` a name in double quotes. */
export type TokenKind = 'blank' | 'comment' | 'word' | 'identifier' | 'literal' | 'symbol'

/** One piece of SQL text, from where it was asked for up to `end`. */
export interface Token {
  readonly kind: TokenKind
  /** Offset behind the piece. */
  readonly end: number
}

const BLANK = /[ \t\n\r\f\v]+/y
const WORD = /[A-Za-z0-9_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y

/**
 * Reads the piece of SQL that begins at an offset, by PostgreSQL's lexical rules with `standard_conforming_strings = on`.
 * What is not closed (a quote, a comment) reaches to the end of the text.
 *
 * @param at - less than the text's length
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function readToken(text: string, at: number): Token {
  const character = text.charAt(at)
  if (character === "'") return { kind: 'literal', end: endOfQuoted(text, at, "'") }
  if (character === '"') return { kind: 'identifier', end: endOfQuoted(text, at, '"') }
  if (character === '$') return readDollar(text, at)
  if (text.startsWith('--', at)) return { kind: 'comment', end: endOfLine(text, at) }
  if (text.startsWith('/*', at)) return { kind: 'comment', end: endOfComment(text, at) }
  const blankEnd = endOfMatch(BLANK, text, at)
  if (blankEnd !== null) return { kind: 'blank', end: blankEnd }
  const wordEnd = endOfMatch(WORD, text, at)
  if (wordEnd === null) return { kind: 'symbol', end: at + 1 }
  const isEscapeString = wordEnd === at + 1 && (character === 'e' || character === 'E') && text.charAt(wordEnd) === "'"
  return isEscapeString ? { kind: 'literal', end: endOfEscapeString(text, wordEnd) } : { kind: 'word', end: wordEnd }
}

/** @returns offset behind the line's newline, or the end of the text */
export function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline === -1 ? text.length : newline + 1
}

/**
 * Reads the first pieces of a statement that mean something.
 *
 * @param limit - how many at most
 * @returns words in upper case, names in quotes as `"name"`, symbols; a name that needs no quotes is a word
 */
export function readTokens(sql: string, limit: number): { readonly kind: TokenKind; readonly text: string }[] {
  const tokens: { kind: TokenKind; text: string }[] = []
  for (let at = 0; at < sql.length && tokens.length < limit;) {
    const { kind, end } = readToken(sql, at)
    if (kind !== 'blank' && kind !== 'comment') tokens.push({ kind, text: sql.slice(at, end) })
    at = end
  }
  return tokens
}

function endOfMatch(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

/** A doubled quote reads as the end of one piece and the begin of the next: it is skipped here, so that names stay whole. */
function endOfQuoted(text: string, from: number, quote: string): number {
  let end = text.indexOf(quote, from + 1)
  while (end !== -1 && text.charAt(end + 1) === quote) end = text.indexOf(quote, end + 2)
  return end === -1 ? text.length : end + 1
}

function endOfEscapeString(text: string, quoteAt: number): number {
  for (let at = quoteAt + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === "'") {
      if (text.charAt(at + 1) !== "'") return at + 1
      at++
    }
  }
  return text.length
}

/** Comments nest in PostgreSQL. */
function endOfComment(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length;) {
    if (text.startsWith('/*', at)) depth++
    else if (text.startsWith('*/', at)) depth--
    else {
      at++
      continue
    }
    at += 2
    if (depth === 0) return at
  }
  return text.length
}

function readDollar(text: string, from: number): Token {
  const tagEnd = endOfMatch(DOLLAR_TAG, text, from)
  if (tagEnd === null) return { kind: 'symbol', end: from + 1 }
  const tag = text.slice(from, tagEnd)
  const end = text.indexOf(tag, tagEnd)
  return { kind: 'literal', end: end === -1 ? text.length : end + tag.length }
}
