import type { Session } from './connection.ts'
import {
  readBuckets,
  readRowsOfBuckets,
  readRowsOfKeys,
  type Bucket,
  type ComparableTable,
  type HashedRow,
  type HashMethod,
} from './table-hash.ts'

/** What the comparison of one table came to. */
export interface TableComparison {
  /** `schema.table`, unquoted. */
  readonly table: string
  /** Of the source when it was read first. */
  readonly rows: bigint
  readonly hash: bigint
  readonly equal: boolean
  /** What differs, with the hashes of up to five keys and no data; null when nothing does. */
  readonly detail: string | null
  /** How often it was read. */
  readonly rounds: number
  /** Rows that were different at every look, and never the same way twice: they change faster than they arrive. */
  readonly hotRows: number
}

/** Both sides and how they are compared. */
export interface CompareOptions {
  readonly source: Session
  readonly target: Session
  readonly method: HashMethod
  /** Writes a marker on the source and ends when it has arrived on the target: so has everything before it. */
  readonly waitForMarker: () => Promise<void>
}

/** So often in a row must the same difference be seen, each time after everything older has arrived. */
const SIGHTINGS = 3
/** After so many looks what is left are rows that never hold still. */
const MAX_ROUNDS = 12
const MIN_BUCKETS = 256
const MAX_BUCKETS = 65_536
const ROWS_PER_BUCKET = 500
/** Of differing buckets, read in one go: more of them cannot change the verdict, only its memory. */
const MAX_BUCKETS_READ = 512
const SHOWN_KEYS = 5

/**
 * Compares one table of two servers while the source is written to.
 *
 * Differing buckets are read row by row, and what differs there again by its keys. A difference counts only when the same
 * row, with the same hash, is on one side and not on the other in three looks, each begun after a marker written on the
 * source after the look before has arrived on the target: a row on its way cannot pass that.
 *
 * Reads the whole table once on each side, in READ COMMITTED; blocks nobody.
 */
export async function compareTable(table: ComparableTable, options: CompareOptions): Promise<TableComparison> {
  const { method } = options
  const name = `${table.schema}.${table.name}`
  const bucketCount = countBuckets(table.estimated_rows)
  const [onSource, onTarget] = await onBoth(options, (session) => readBuckets(session, table, method, bucketCount))
  const rows = sumOf(onSource, (bucket) => bucket.rows)
  const hash = sumOf(onSource, (bucket) => bucket.hash)
  const suspects = [...new Set([...onSource.keys(), ...onTarget.keys()])].filter(
    (bucket) => !isSame(onSource.get(bucket), onTarget.get(bucket)),
  )
  let hotRows = 0
  let rounds = 1
  for (let at = 0; at < suspects.length; at += MAX_BUCKETS_READ) {
    const buckets = suspects.slice(at, at + MAX_BUCKETS_READ)
    const found = await findDifferences(table, options, bucketCount, buckets)
    rounds = Math.max(rounds, found.rounds + 1)
    hotRows += found.hot
    if (found.real.length > 0) {
      const targetRows = sumOf(onTarget, (bucket) => bucket.rows)
      const detail = describeDifferences(found.real, rows, targetRows, at + MAX_BUCKETS_READ < suspects.length)
      return { table: name, rows, hash, equal: false, detail, rounds, hotRows }
    }
  }
  return { table: name, rows, hash, equal: true, detail: null, rounds, hotRows }
}

/** A row on one side that the other does not have, `excess` times. */
interface Difference {
  readonly side: 'source' | 'target'
  readonly row: HashedRow
  readonly excess: number
}

async function findDifferences(
  table: ComparableTable,
  options: CompareOptions,
  bucketCount: number,
  buckets: readonly number[],
): Promise<{ real: readonly Difference[]; hot: number; rounds: number }> {
  const { method, waitForMarker } = options
  let seen = new Map<string, { difference: Difference; sightings: number }>()
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    await waitForMarker()
    const keys = [...seen.values()].map(({ difference }) => difference.row.key)
    const [onSource, onTarget] = await onBoth(options, (session) =>
      // Rows without a key can only be found again by reading everything.
      round === 1 || table.key.length === 0
        ? readRowsOfBuckets(session, table, method, bucketCount, buckets)
        : readRowsOfKeys(session, table, method, keys),
    )
    const before = seen
    seen = new Map(
      compareRows(onSource, onTarget).map((difference) => {
        const id = `${difference.side} ${difference.row.keyHash} ${difference.row.rowHash} ${difference.excess}`
        return [id, { difference, sightings: (before.get(id)?.sightings ?? 0) + 1 }]
      }),
    )
    const real = [...seen.values()].filter(({ sightings }) => sightings >= SIGHTINGS)
    if (real.length > 0) return { real: real.map(({ difference }) => difference), hot: 0, rounds: round }
    if (seen.size === 0) return { real: [], hot: 0, rounds: round }
  }
  return {
    real: [],
    hot: new Set([...seen.values()].map(({ difference }) => difference.row.keyHash)).size,
    rounds: MAX_ROUNDS,
  }
}

/** @returns what one side has more often than the other */
export function compareRows(onSource: readonly HashedRow[], onTarget: readonly HashedRow[]): Difference[] {
  const balance = new Map<string, { row: HashedRow; count: number }>()
  const add = (row: HashedRow, by: number) => {
    const id = `${row.keyHash} ${row.rowHash}`
    balance.set(id, { row, count: (balance.get(id)?.count ?? 0) + by })
  }
  for (const row of onSource) add(row, 1)
  for (const row of onTarget) add(row, -1)
  return [...balance.values()]
    .filter(({ count }) => count !== 0)
    .map(({ row, count }) => ({ side: count > 0 ? 'source' : 'target', row, excess: Math.abs(count) }))
}

function describeDifferences(
  real: readonly Difference[],
  sourceRows: bigint,
  targetRows: bigint,
  isPartial: boolean,
): string {
  const sidesOf = new Map<string, Set<Difference['side']>>()
  for (const { side, row } of real) sidesOf.set(row.keyHash, (sidesOf.get(row.keyHash) ?? new Set()).add(side))
  const count = (wanted: (sides: Set<Difference['side']>) => boolean) => [...sidesOf.values()].filter(wanted).length
  const changed = count((sides) => sides.size === 2)
  const missing = count((sides) => sides.size === 1 && sides.has('source'))
  const extra = count((sides) => sides.size === 1 && sides.has('target'))
  const parts = [
    ...(changed > 0 ? [`${changed} differ`] : []),
    ...(missing > 0 ? [`${missing} missing on the target`] : []),
    ...(extra > 0 ? [`${extra} only on the target`] : []),
  ]
  const keys = [...sidesOf.keys()].slice(0, SHOWN_KEYS).join(', ')
  return `${isPartial ? 'at least ' : ''}${parts.join(', ')} of ${sourceRows} rows (target: ${targetRows}); hashes of keys: ${keys}`
}

async function onBoth<Result>(
  { source, target }: CompareOptions,
  read: (session: Session) => Promise<Result>,
): Promise<[Result, Result]> {
  const both = await Promise.allSettled([read(source), read(target)])
  // Both are awaited first: a session must not be ended while its query runs.
  const [one, other] = both
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return [one.value, other.value]
}

function countBuckets(estimatedRows: number): number {
  const wanted = Math.max(1, estimatedRows / ROWS_PER_BUCKET)
  return Math.min(MAX_BUCKETS, Math.max(MIN_BUCKETS, 2 ** Math.ceil(Math.log2(wanted))))
}

function isSame(one: Bucket | undefined, other: Bucket | undefined): boolean {
  return one?.rows === other?.rows && one?.hash === other?.hash
}

function sumOf(buckets: ReadonlyMap<number, Bucket>, value: (bucket: Bucket) => bigint): bigint {
  let sum = 0n
  for (const bucket of buckets.values()) sum += value(bucket)
  return sum
}
