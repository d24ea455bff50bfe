import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const specialRelationsSql = loadSql('special-relations')
const relationCountsSql = loadSql('relation-counts')
const rowSecurityTablesSql = loadSql('row-security-tables')
const largeObjectsSql = loadSql('large-objects')
const identifierColumnsSql = loadSql('identifier-columns')
const tablespacesUsedSql = loadSql('tablespaces-used')

const qualifiedRow = catalogRow({ schema: z.string(), name: z.string() })
const specialRow = catalogRow({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['unlogged', 'foreign', 'matview']),
})
const countsRow = catalogRow({
  tables: z.number(),
  partitions: z.number(),
  partitioned_tables: z.number(),
  sequences: z.number(),
  table_bytes: z.coerce.bigint(),
})
const countRow = catalogRow({ count: z.number() })
const columnRow = catalogRow({ schema: z.string(), table_name: z.string(), name: z.string(), type: z.string() })
const tablespaceRow = catalogRow({ name: z.string(), relations: z.number() })

/** A name with its schema, neither quoted. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}
/** A relation that replication does not carry like a table. */
export type SpecialRelation = z.infer<typeof specialRow>
/** How much there is to move; `tableBytes` includes indexes and TOAST, `tables` leaf partitions. */
export type RelationCounts = z.infer<typeof countsRow>
/** A column whose values mean something else on another server. */
export type IdentifierColumn = z.infer<typeof columnRow>

/** @returns unlogged tables, foreign tables and materialized views */
export async function readSpecialRelations(session: Session): Promise<readonly SpecialRelation[]> {
  return session.rows(specialRow, specialRelationsSql)
}

/** Counts what is to be moved. */
export async function readRelationCounts(session: Session): Promise<RelationCounts> {
  const [row] = await session.rows(countsRow, relationCountsSql)
  if (row === undefined) throw new FlyttError('INTERNAL', { context: { reason: 'the catalog gave no count' } })
  return row
}

/** @returns the tables with row-level security switched on */
export async function readRowSecurityTables(session: Session): Promise<readonly QualifiedName[]> {
  return session.rows(qualifiedRow, rowSecurityTablesSql)
}

/** @returns how many large objects the database has */
export async function readLargeObjectCount(session: Session): Promise<number> {
  return (await session.rows(countRow, largeObjectsSql))[0]?.count ?? 0
}

/** @returns columns of types such as oid, regclass and xid */
export async function readIdentifierColumns(session: Session): Promise<readonly IdentifierColumn[]> {
  return session.rows(columnRow, identifierColumnsSql)
}

/** @returns the database's own tablespaces, each with how many relations are in it */
export async function readTablespacesUsed(session: Session): Promise<readonly z.infer<typeof tablespaceRow>[]> {
  return session.rows(tablespaceRow, tablespacesUsedSql)
}

/** Looks whether a table has a row; reads at most one, and needs SELECT on it. */
export async function hasRows(session: Session, { schema, name }: QualifiedName): Promise<boolean> {
  const [row] = await session.query(hasRowsSql({ schema, name }))
  return row?.['has_rows'] === true
}

/** See {@link hasRows}. */
export function hasRowsSql({ schema, name }: QualifiedName): string {
  return `SELECT EXISTS (SELECT FROM ONLY ${quoteQualified(schema, name)}) AS has_rows`
}
