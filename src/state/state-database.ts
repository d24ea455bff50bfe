import pg from 'pg'
import type { Logger } from '../logger.ts'
import type { Secret } from '../secret.ts'

/** The record of migrations: a pool of connections to Flytt's own PostgreSQL. */
export type StateDatabase = pg.Pool

/** Anything a statement can run on: the pool, or one client within a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>

/**
 * Opens the pool to the state database.
 *
 * Every statement ends within 10 s: a state database that does not answer must not hold a cutover up.
 */
export function openState(url: Secret, log: Logger, connections = 10): StateDatabase {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    application_name: 'flytt state',
    max: connections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    query_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    allowExitOnIdle: true,
  })
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', (error) => {
    log.warn({ reason: error.message }, 'state database connection lost')
  })
  return pool
}

/**
 * Runs `work` in one transaction; committed when it returns, rolled back when it throws.
 */
export async function inTransaction<Result>(
  state: StateDatabase,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await state.connect()
  let failed: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    failed = error instanceof Error ? error : undefined
    // The first error is the one that matters; a client whose rollback fails is thrown away below.
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      failed = rollbackError instanceof Error ? rollbackError : failed
    })
    throw error
  } finally {
    client.release(failed)
  }
}
