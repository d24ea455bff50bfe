import { createHash } from 'node:crypto'
import { splitScript } from './split-statements.ts'
import { readTokens } from './sql-token.ts'

/**
 * What a statement of a dump does, as far as the order of the restore depends on it.
 *
 * `setting` of the session · `index`, `key` (PRIMARY KEY, UNIQUE, EXCLUDE) and `foreign-key` may be built side by side ·
 * `attach` an index to its partitioned one · `identity` REPLICA IDENTITY · `mark` other properties of an index ·
 * `comment` on something · `held-back` would fire while changes are applied · `other` everything else
 */
export type StatementKind =
  'setting' | 'index' | 'key' | 'foreign-key' | 'attach' | 'identity' | 'mark' | 'comment' | 'held-back' | 'other'

/** One statement of a dump, ready to be run. */
export interface RestoreStatement {
  readonly sql: string
  readonly kind: StatementKind
  /** What it makes, for people, for example `INDEX catalog.products_name`. */
  readonly object: string
  /** The statement's hash: its key in the ledger. */
  readonly digest: string
  /** The tables it locks, as the dump writes them. */
  readonly tables: readonly string[]
  /** Serves as replica identity, so that changes can be applied: must be there before the subscription. */
  readonly isForIdentity: boolean
}

/** The dump's settings before its first object are replaced by openRestoreSession's: they name GUCs the target may lack. */
const PREAMBLE_ENTRY = 0

/**
 * Makes a plan of a dump's text: every statement, in the dump's order, with what it does.
 *
 * What a statement does is read from the statement itself, never from pg_dump's comments, which a hostile name could forge.
 */
export function planRestore(dump: string): RestoreStatement[] {
  const { statements } = splitScript(dump)
  const parsed = statements
    .filter(({ entry }) => entry !== PREAMBLE_ENTRY)
    .map(({ sql, entry, header }) => ({ sql, entry, header, shape: readShape(sql) }))
  const identityEntries = new Set(
    parsed.filter(({ shape }) => shape.kind === 'identity' || shape.isPrimaryKey).map(({ entry }) => entry),
  )
  const identityIndexes = new Set(
    parsed
      .filter(({ entry, shape }) => identityEntries.has(entry) && shape.index !== null)
      .map(({ shape }) => shape.index),
  )
  return parsed.map(({ sql, entry, header, shape }) => ({
    sql,
    kind: shape.kind,
    object: header ? `${header.type} ${header.schema === '-' ? '' : `${header.schema}.`}${header.name}` : 'a statement',
    digest: createHash('sha256').update(sql).digest('hex'),
    tables: shape.tables,
    isForIdentity:
      (shape.kind === 'attach' && identityIndexes.has(shape.index)) ||
      (identityEntries.has(entry) && ['index', 'key', 'identity'].includes(shape.kind)),
  }))
}

interface Shape {
  readonly kind: StatementKind
  readonly tables: readonly string[]
  /** The index it makes or attaches, as `schema.name`; null when it does neither. */
  readonly index: string | null
  readonly isPrimaryKey: boolean
}

function readShape(sql: string): Shape {
  const reader = new TokenReader(sql)
  const shape = (
    kind: StatementKind,
    tables: readonly string[] = [],
    index: string | null = null,
    isPrimaryKey = false,
  ) => ({ kind, tables, index, isPrimaryKey }) satisfies Shape
  if (reader.take('SET')) return shape('setting')
  if (reader.take('COMMENT', 'ON', 'EVENT', 'TRIGGER')) return shape('held-back')
  if (reader.take('COMMENT', 'ON') || reader.take('SECURITY', 'LABEL')) return shape('comment')
  if (reader.take('CREATE', 'EVENT', 'TRIGGER') || reader.take('ALTER', 'EVENT', 'TRIGGER')) return shape('held-back')
  if (reader.take('CREATE', 'INDEX') || reader.take('CREATE', 'UNIQUE', 'INDEX')) {
    const name = reader.takeName()
    reader.take('ON')
    reader.take('ONLY')
    const table = reader.takeName()
    return shape('index', [table.join('.')], [...table.slice(0, -1), ...name].join('.'))
  }
  if (reader.take('ALTER', 'INDEX')) {
    reader.takeName()
    if (reader.take('ATTACH', 'PARTITION')) return shape('attach', [], reader.takeName().join('.'))
    return shape('mark')
  }
  if (!reader.take('ALTER', 'TABLE') && !reader.take('ALTER', 'MATERIALIZED', 'VIEW')) return shape('other')
  reader.take('ONLY')
  const table = reader.takeName()
  const tables = [table.join('.')]
  if (reader.take('REPLICA', 'IDENTITY')) return shape('identity', tables)
  if (reader.take('CLUSTER', 'ON')) return shape('mark', tables)
  if (reader.take('ENABLE', 'ALWAYS') || reader.take('ENABLE', 'REPLICA')) return shape('held-back', tables)
  if (!reader.take('ADD', 'CONSTRAINT')) return shape('other')
  const constraint = [...table.slice(0, -1), ...reader.takeName()].join('.')
  if (reader.take('PRIMARY', 'KEY')) return shape('key', tables, constraint, true)
  if (reader.take('UNIQUE') || reader.take('EXCLUDE')) return shape('key', tables, constraint)
  if (!reader.take('FOREIGN', 'KEY')) return shape('other')
  reader.skipPast('REFERENCES')
  return shape('foreign-key', [...tables, reader.takeName().join('.')])
}

/** Reads a statement's tokens one after the other. Unquoted words are compared as keywords. */
class TokenReader {
  readonly #tokens: ReturnType<typeof readTokens>
  #at = 0

  constructor(sql: string) {
    // A foreign key of 32 columns has its REFERENCES behind about 80 tokens.
    this.#tokens = readTokens(sql, 128)
  }

  /** Takes the words when they come next, all of them, and says whether they did. */
  take(...words: readonly string[]): boolean {
    const isNext = words.every((word, offset) => {
      const token = this.#tokens[this.#at + offset]
      return token?.kind === 'word' && token.text.toUpperCase() === word
    })
    if (isNext) this.#at += words.length
    return isNext
  }

  /** Takes a name that may be qualified, and gives its parts; quotes that are not needed are left out. */
  takeName(): string[] {
    const parts: string[] = []
    for (;;) {
      const text = this.#tokens[this.#at++]?.text ?? ''
      // The server and pg_dump do not agree on which keywords need quotes.
      parts.push(/^"[a-z_][a-z0-9_$]*"$/.test(text) ? text.slice(1, -1) : text)
      if (this.#tokens[this.#at]?.text !== '.') return parts
      this.#at++
    }
  }

  skipPast(word: string): void {
    while (this.#at < this.#tokens.length && !this.take(word)) this.#at++
  }
}
