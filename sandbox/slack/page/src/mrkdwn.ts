/**
 * Slack's mrkdwn, read into a tree. Own, because the parser of slack-blocks-to-jsx takes the colons out of
 * `12:30:45`, doubles the stars of `2 * 3` and drops lines that start with `#`.
 */
import { findGlyph } from './emoji-names.ts'
import { formatSlackDate } from './time.ts'

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'emoji'; name: string }
  | { kind: 'user' | 'channel' | 'group'; id: string; label: string | null }
  | { kind: 'broadcast'; name: string }
  | { kind: 'date'; seconds: number; format: string; link: string | null; fallback: string }
  | { kind: 'link'; href: string; label: string }

export type Paragraph =
  { kind: 'lines'; lines: Inline[][] } | { kind: 'quote'; lines: Inline[][] } | { kind: 'pre'; text: string }

const unescape = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' } as const
const isMark = (character: string): character is keyof typeof MARKS => character in MARKS
const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character)

/** Where the run that opens at `open` closes, or -1: `*` in `2 * 3` and `_` in `a_b` open nothing. */
function findClose(text: string, open: number): number {
  const mark = text.charAt(open)
  if (isWord(text[open - 1]) || isSpace(text[open + 1]) || text[open + 1] === mark) return -1
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '`') {
      const end = text.indexOf('`', at + 1)
      if (end > 0) at = end
    } else if (text[at] === '<') {
      const end = text.indexOf('>', at)
      if (end > 0) at = end
    } else if (text[at] === mark && !isSpace(text[at - 1]) && !isWord(text[at + 1])) return at
  }
  return -1
}

function readAngle(inner: string): Inline {
  const bar = inner.indexOf('|')
  const target = bar < 0 ? inner : inner.slice(0, bar)
  const label = bar < 0 ? null : unescape(inner.slice(bar + 1))
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), label }
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label }
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice(9), label }
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = '', link = null] = target.split('^')
    return { kind: 'date', seconds: Number(seconds), format: unescape(format), link, fallback: label ?? '' }
  }
  if (target.startsWith('!')) return { kind: 'broadcast', name: target.slice(1) }
  return { kind: 'link', href: unescape(target), label: label ?? unescape(target).replace(/^mailto:/, '') }
}

const EMOJI = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/
const BARE_LINK = /^https?:\/\/[^\s<>|`]+[^\s<>|`.,;:!?)\]'"*_~]/

/** The next piece that is not plain text, at exactly this place. */
function readSpecial(text: string, at: number): { piece: Inline; end: number } | null {
  const character = text.charAt(at)
  if (character === '`') {
    const end = text.indexOf('`', at + 1)
    return end > at + 1 ? { piece: { kind: 'code', text: unescape(text.slice(at + 1, end)) }, end: end + 1 } : null
  }
  if (character === '<') {
    const end = text.indexOf('>', at)
    const inner = text.slice(at + 1, end)
    return end > 0 && /^([@#!]|https?:|mailto:|tel:|\/)/.test(inner) ? { piece: readAngle(inner), end: end + 1 } : null
  }
  if (character === ':') {
    const name = EMOJI.exec(text.slice(at, at + 80))?.[1]
    return name !== undefined && findGlyph(name) !== null
      ? { piece: { kind: 'emoji', name }, end: at + name.length + 2 }
      : null
  }
  if (character === 'h' && !isWord(text[at - 1])) {
    const href = BARE_LINK.exec(text.slice(at))?.[0]
    return href === undefined
      ? null
      : { piece: { kind: 'link', href: unescape(href), label: unescape(href) }, end: at + href.length }
  }
  if (!isMark(character)) return null
  const close = findClose(text, at)
  return close < 0
    ? null
    : { piece: { kind: MARKS[character], children: readInline(text.slice(at + 1, close)) }, end: close + 1 }
}

/** One line of mrkdwn. */
export function readInline(text: string): Inline[] {
  const pieces: Inline[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: unescape(plain) })
    plain = ''
  }
  for (let at = 0; at < text.length;) {
    const special = readSpecial(text, at)
    if (special === null) {
      plain += text.charAt(at)
      at += 1
    } else {
      flush()
      pieces.push(special.piece)
      at = special.end
    }
  }
  flush()
  return pieces
}

const QUOTE = /^(?:>|&gt;) ?/

function readLines(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = []
  for (const line of text.split('\n')) {
    const kind = QUOTE.test(line) ? 'quote' : 'lines'
    const inline = readInline(kind === 'quote' ? line.replace(QUOTE, '') : line)
    const last = paragraphs.at(-1)
    if (last?.kind === kind) last.lines.push(inline)
    else paragraphs.push({ kind, lines: [inline] })
  }
  return paragraphs
}

/** A whole text: fenced code, quotes and lines. */
export function readMrkdwn(text: string): Paragraph[] {
  return text.split(/```/).flatMap((part, number, parts): Paragraph[] => {
    const fenced = number % 2 === 1 && number < parts.length - 1
    if (fenced) return [{ kind: 'pre', text: unescape(part.replace(/^\n/, '').replace(/\n$/, '')) }]
    const unclosed = number % 2 === 1 ? `\`\`\`${part}` : part
    const afterFence = number > 1 && number % 2 === 0 ? unclosed.replace(/^\n/, '') : unclosed
    const beforeFence = number < parts.length - 2 ? afterFence.replace(/\n$/, '') : afterFence
    return beforeFence === '' ? [] : readLines(beforeFence)
  })
}

/** The bare words, for an excerpt on one line. */
export function writeExcerpt(text: string, nameOf: (id: string) => string): string {
  const plain = (pieces: Inline[]): string =>
    pieces
      .map((piece) => {
        if (piece.kind === 'text' || piece.kind === 'code') return piece.text
        if (piece.kind === 'emoji') return findGlyph(piece.name) ?? ''
        if (piece.kind === 'link') return piece.label
        if (piece.kind === 'date') return formatSlackDate(piece.seconds, piece.format) ?? piece.fallback
        if (piece.kind === 'broadcast') return `@${piece.name}`
        if ('children' in piece) return plain(piece.children)
        return `${piece.kind === 'channel' ? '#' : '@'}${piece.label ?? nameOf(piece.id)}`
      })
      .join('')
  return readMrkdwn(text)
    .map((paragraph) => (paragraph.kind === 'pre' ? paragraph.text : paragraph.lines.map(plain).join(' ')))
    .join(' ')
    .trim()
}
