import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Database, Session } from './connection.ts'
import { quoteIdent, quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const comparableTablesSql = loadSql('comparable-tables')
const hashSelfTestSql = loadSql('hash-self-test')

const tableRow = z.object({
  schema: z.string(),
  name: z.string(),
  estimated_rows: z.number(),
  columns: z.array(z.object({ name: z.string(), form: z.enum(['value', 'text', 'bytes']) })),
  key: z.array(z.string()),
})

/** A table that is compared, with its columns in the source's order; `key` is empty when rows have none. */
export type ComparableTable = z.infer<typeof tableRow>

/** How rows are hashed: by the server's own function where both sides agree on it, otherwise by md5 (five times slower). */
export type HashMethod = 'record' | 'md5'

/** @returns ordinary tables and leaf partitions of the source, largest first */
export async function readComparableTables(source: Session): Promise<ComparableTable[]> {
  return source.rows(tableRow, comparableTablesSql, [FLYTT_SCHEMA])
}

/** What decides how values are written as text; the same on both sides, whatever database and role set. */
const TEXT_SETTINGS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
  xmlbinary: 'base64',
  search_path: '',
  row_security: 'off',
  // A hash of every table is no reason to push the application out of the CPU.
  max_parallel_workers_per_gather: '2',
}

/** Opens a read-only session for hashing. `row_security = off` makes a filtered read an error instead of a shorter one. */
export async function openHashSession(database: Database, signal: AbortSignal): Promise<Session> {
  const session = await database.open({
    applicationName: 'flytt verify',
    statementTimeoutMs: 0,
    readOnly: true,
    signal,
  })
  try {
    await session.query(
      `SELECT pg_catalog.set_config(s.name, s.value, false)
         FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS s (name, value)`,
      [Object.keys(TEXT_SETTINGS), Object.values(TEXT_SETTINGS)],
    )
    return session
  } catch (error) {
    await session.end()
    throw error
  }
}

/** Decides how both sides can hash, by a row of constants. Hashes are stable across majors by practice, not by promise. */
export async function chooseHashMethod(source: Session, target: Session): Promise<HashMethod> {
  const row = z.object({ hash: z.string() })
  const [one] = await source.rows(row, hashSelfTestSql)
  const [other] = await target.rows(row, hashSelfTestSql)
  return one !== undefined && one.hash === other?.hash ? 'record' : 'md5'
}

/** Rows of one bucket: those whose key hashes to it. */
export interface Bucket {
  readonly bucket: number
  readonly rows: bigint
  /** Sum of the rows' hashes: independent of their order, and unlike XOR not blind to pairs. */
  readonly hash: bigint
}

const bucketRow = z
  .object({ bucket: z.coerce.number(), rows: z.coerce.bigint(), hash: z.coerce.bigint() })
  .transform((row): Bucket => row)

/**
 * Hashes a table, bucket by bucket.
 *
 * @param bucketCount - a power of two
 */
export async function readBuckets(
  session: Session,
  table: ComparableTable,
  method: HashMethod,
  bucketCount: number,
): Promise<ReadonlyMap<number, Bucket>> {
  const rows = await session.rows(bucketRow, bucketsSql(table, method, bucketCount))
  return new Map(rows.map((row) => [row.bucket, row]))
}

/** See {@link readBuckets}. */
export function bucketsSql(table: ComparableTable, method: HashMethod, bucketCount: number): string {
  const rowHash = hashSql(table.columns.map(columnSql), method)
  // Without a key the row is its own.
  const inner = table.key.length === 0 ? rowHash : `${keyHashSql(table, method)} AS k, ${rowHash}`
  return (
    `SELECT (r.${table.key.length === 0 ? 'h' : 'k'} & ${bucketCount - 1}) AS bucket, pg_catalog.count(*) AS rows, pg_catalog.sum(r.h) AS hash ` +
    `FROM (SELECT ${inner} AS h FROM ONLY ${quoteQualified(table.schema, table.name)}) AS r GROUP BY 1`
  )
}

/** One row as the comparison sees it: nothing of its contents but the key's, which is only handed back to the servers. */
export interface HashedRow {
  /** The key's values as text, to find the row again; empty when the table has none. */
  readonly key: readonly string[]
  readonly keyHash: string
  readonly rowHash: string
}

const hashedRow = z
  .object({ key: z.array(z.string().nullable()), key_hash: z.string(), row_hash: z.string() })
  .transform((row): HashedRow => ({
    key: row.key.map((value) => value ?? ''),
    keyHash: row.key_hash,
    rowHash: row.row_hash,
  }))

/** @returns the rows of some buckets */
export async function readRowsOfBuckets(
  session: Session,
  table: ComparableTable,
  method: HashMethod,
  bucketCount: number,
  buckets: readonly number[],
): Promise<HashedRow[]> {
  return session.rows(
    hashedRow,
    rowsSql(table, method, `(${keyHashSql(table, method)} & ${bucketCount - 1}) = ANY ($1::bigint[])`),
    [buckets],
  )
}

/** @returns the rows with some keys, found by the key's index */
export async function readRowsOfKeys(
  session: Session,
  table: ComparableTable,
  method: HashMethod,
  keys: readonly (readonly string[])[],
): Promise<HashedRow[]> {
  const columns = table.key.map(quoteIdent)
  const lists = table.key.map((_column, index) => keys.map((key) => key[index] ?? ''))
  // The cast is to the column's own type, so that its index serves; a text literal would not.
  const unnests = lists.map((_list, index) => `pg_catalog.unnest($${index + 1}::text[])`)
  const names = lists.map((_list, index) => `k${index}`)
  const types = await readKeyTypes(session, table)
  const values = names.map((name, index) => `w.${name}::${types[index] ?? 'text'}`)
  const condition = `(${columns.join(', ')}) IN (SELECT ${values.join(', ')} FROM ROWS FROM (${unnests.join(', ')}) AS w (${names.join(', ')}))`
  return session.rows(hashedRow, rowsSql(table, method, condition), lists)
}

async function readKeyTypes(session: Session, table: ComparableTable): Promise<string[]> {
  const row = z.object({ type: z.string() })
  const rows = await session.rows(
    row,
    `SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_catalog.unnest($2::text[]) WITH ORDINALITY AS k (name, position)
       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = $1::regclass AND a.attname = k.name
      ORDER BY k.position`,
    [quoteQualified(table.schema, table.name), table.key],
  )
  return rows.map(({ type }) => type)
}

function rowsSql(table: ComparableTable, method: HashMethod, condition: string): string {
  const key = table.key.map((name) => `${quoteIdent(name)}::text`).join(', ')
  return (
    `SELECT ARRAY[${key}]::text[] AS key, ${keyHashSql(table, method)}::text AS key_hash, ` +
    `${hashSql(table.columns.map(columnSql), method)}::text AS row_hash ` +
    `FROM ONLY ${quoteQualified(table.schema, table.name)} WHERE ${condition}`
  )
}

function keyHashSql(table: ComparableTable, method: HashMethod): string {
  const keyColumns = table.key.map(
    (name) => table.columns.find((column) => column.name === name) ?? { name, form: 'text' as const },
  )
  return hashSql((table.key.length === 0 ? table.columns : keyColumns).map(columnSql), method)
}

function columnSql({ name, form }: ComparableTable['columns'][number]): string {
  const column = quoteIdent(name)
  if (form === 'value') return column
  return form === 'text' ? `${column}::text` : `pg_catalog.convert_to(${column}::text, 'UTF8')`
}

function hashSql(values: readonly string[], method: HashMethod): string {
  const row = `ROW(${values.join(', ')})`
  if (method === 'record') return `pg_catalog.hash_record_extended(${row}, 0)`
  return `('x' || pg_catalog.substr(pg_catalog.md5(${row}::text), 1, 16))::bit(64)::bigint`
}
