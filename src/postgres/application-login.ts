import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Database } from './connection.ts'
import { quoteIdent, quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const writableTablesSql = loadSql('writable-tables')

const writableRow = z.object({ schema_name: z.string(), table_name: z.string(), column_name: z.string() })

/**
 * Proves that the application's role can log in and write, by updates of no row that are rolled back.
 *
 * @param application - the database by the application's own URL
 * @returns the tables that were tried, at most three; none when the role may write nowhere
 * @throws {FlyttError} `TARGET_REFUSES_WRITES`
 */
export async function requireApplicationWrites(application: Database, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await application.with(
      { applicationName: 'flytt application test', signal, connectTimeoutMs: 3_000 },
      async (session) => {
        // Flytt's sessions write by choice; what counts here is what the application's own sessions get.
        await session.query('RESET default_transaction_read_only')
        const [readOnly] = await session.query(
          `SELECT s.setconfig FROM pg_catalog.pg_db_role_setting AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
          WHERE d.datname = pg_catalog.current_database() AND 'default_transaction_read_only=on' = ANY (s.setconfig)
            AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = SESSION_USER))`,
        )
        if (readOnly !== undefined)
          throw new FlyttError('TARGET_REFUSES_WRITES', { context: { reason: 'the database is read-only by default' } })
        const tables = await session.rows(writableRow, writableTablesSql, [FLYTT_SCHEMA])
        for (const { schema_name: schema, table_name: table, column_name: column } of tables) {
          const name = quoteIdent(column)
          await session.query('BEGIN READ WRITE')
          await session.query(`UPDATE ${quoteQualified(schema, table)} SET ${name} = ${name} WHERE false`)
          await session.query('ROLLBACK')
        }
        return tables.map(({ schema_name: schema, table_name: table }) => `${schema}.${table}`)
      },
    )
  } catch (error) {
    if (error instanceof FlyttError && error.code !== 'TARGET_REFUSES_WRITES') {
      throw new FlyttError('TARGET_REFUSES_WRITES', { context: { reason: error.message }, cause: error })
    }
    throw error
  }
}
