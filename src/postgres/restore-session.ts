import type { Database, Session } from './connection.ts'

/** What pg_dump sets at the top of its text, as far as every major from 14 on knows it. */
const SETTINGS = {
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  search_path: '',
  // Bodies may use what is restored later.
  check_function_bodies: 'off',
  xmloption: 'content',
  client_min_messages: 'warning',
  row_security: 'off',
  default_tablespace: '',
  // A database setting of the source, already moved, must not change what expressions mean.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
}

/** Keeps statements with secrets (user mappings, SCRAM) out of the server's log; only a superuser may set these. */
const QUIET = {
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  log_min_error_statement: 'panic',
  log_parser_stats: 'off',
  'pg_stat_statements.track_utility': 'off',
  'auto_explain.log_min_duration': '-1',
}

/**
 * Opens a session on the target in which a dump's statements mean what they meant on the source, and whose statements are
 * not logged where Flytt may say so.
 *
 * @param options.lockTimeoutMs - how long one statement queues for a lock; default 5 s
 * @param options.maintenanceWorkMemMb - for building indexes; the server's own when absent
 */
export async function openRestoreSession(
  target: Database,
  options: { readonly signal?: AbortSignal; readonly lockTimeoutMs?: number; readonly maintenanceWorkMemMb?: number },
): Promise<Session> {
  const { signal, lockTimeoutMs, maintenanceWorkMemMb } = options
  const session = await target.open({
    applicationName: 'flytt schema',
    statementTimeoutMs: 0,
    ...(signal === undefined ? {} : { signal }),
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
  })
  try {
    await setAll(session, SETTINGS)
    const [row] = await session.query(`SELECT pg_catalog.current_setting('is_superuser') AS is_superuser`)
    if (row?.['is_superuser'] === 'on') await setAll(session, QUIET)
    if (maintenanceWorkMemMb !== undefined) {
      // More than asked for is left as it is.
      await session.query(
        `SELECT pg_catalog.set_config('maintenance_work_mem', $1 || 'MB', false)
           FROM pg_catalog.pg_settings WHERE name = 'maintenance_work_mem' AND setting::bigint < $1::bigint * 1024`,
        [String(maintenanceWorkMemMb)],
      )
    }
    return session
  } catch (error) {
    await session.end()
    throw error
  }
}

async function setAll(session: Session, settings: Readonly<Record<string, string>>): Promise<void> {
  await session.query(
    `SELECT pg_catalog.set_config(s.name, s.value, false)
       FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS s (name, value)`,
    [Object.keys(settings), Object.values(settings)],
  )
}
