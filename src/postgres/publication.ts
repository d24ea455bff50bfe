import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { quoteIdent, quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const tableRow = z.object({
  schema_name: z.string(),
  table_name: z.string(),
  bytes: z.coerce.number(),
  estimated_rows: z.number(),
})

/** A table with its size; `bytes` counts TOAST but no index, `estimatedRows` is -1 when the table was never analysed. */
export interface SizedTable {
  readonly schema: string
  readonly table: string
  readonly bytes: number
  readonly estimatedRows: number
}

const publishableTablesSql = loadSql('publishable-tables')
const tableSizesSql = loadSql('table-sizes')

/** @returns what a publication of this database lists: ordinary tables and partition roots, largest first */
export async function readPublishableTables(publisher: Session): Promise<readonly SizedTable[]> {
  return (await publisher.rows(tableRow, publishableTablesSql, [FLYTT_SCHEMA])).map(sizedTable)
}

/** @returns ordinary tables and partition leaves with their sizes, largest first */
export async function readTableSizes(publisher: Session): Promise<readonly SizedTable[]> {
  return (await publisher.rows(tableRow, tableSizesSql, [FLYTT_SCHEMA])).map(sizedTable)
}

function sizedTable(row: z.infer<typeof tableRow>): SizedTable {
  return { schema: row.schema_name, table: row.table_name, bytes: row.bytes, estimatedRows: row.estimated_rows }
}

/**
 * Makes a publication of an explicit list of tables, Flytt's heartbeat among them; does nothing when it is there.
 *
 * From its commit on, UPDATE and DELETE fail on a listed table without a replica identity: the audit must have passed.
 * It must exist before the slot that reads it, or the stream breaks.
 *
 * @see https://www.postgresql.org/docs/current/sql-createpublication.html
 */
export async function createPublication(
  publisher: Session,
  name: string,
  tables: readonly { schema: string; table: string }[],
): Promise<void> {
  const found = await publisher.query('SELECT 1 FROM pg_catalog.pg_publication WHERE pubname = $1::name', [name])
  if (found.length > 0) return
  await publisher.query(createPublicationSql(name, [...tables, { schema: FLYTT_SCHEMA, table: 'heartbeat' }]))
}

/** See {@link createPublication}. */
export function createPublicationSql(name: string, tables: readonly { schema: string; table: string }[]): string {
  const list = tables.map(({ schema, table }) => quoteQualified(schema, table)).join(', ')
  return `CREATE PUBLICATION ${quoteIdent(name)} FOR TABLE ${list}`
}

/** Drops a publication; does nothing when it is not there. */
export async function dropPublication(publisher: Session, name: string): Promise<void> {
  await publisher.query(`DROP PUBLICATION IF EXISTS ${quoteIdent(name)}`)
}
