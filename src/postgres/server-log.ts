import { sqlStateOf, type Session } from './connection.ts'

/** What makes a server write a statement into its log, and what keeps it from doing so. */
const SILENT: Readonly<Record<string, string>> = {
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
}

/** SQLSTATE 42501: the role may not set it. */
const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Keeps the statements of a session out of the server's log, for those that hold a password.
 *
 * Outside a transaction only: a refused setting would end it. Only superusers may set these, and those who were granted
 * it; for others the log stays as it is.
 *
 * @returns whether every setting was taken
 * @see https://www.postgresql.org/docs/current/runtime-config-logging.html
 */
export async function keepStatementsOutOfServerLog(session: Session): Promise<boolean> {
  let isSilent = true
  for (const [name, value] of Object.entries(SILENT)) {
    try {
      await session.query('SELECT pg_catalog.set_config($1, $2, false)', [name, value])
    } catch (error) {
      if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error
      isSilent = false
    }
  }
  return isSilent
}
