import pg from 'pg'
import type { Secret } from '../secret.ts'

/** A process that is stopped (SIGSTOP, a suspended machine) loses its locks after this time. */
const SILENCE_LIMIT_MS = 8_000
/** Often enough that a busy process keeps them. */
const SIGN_OF_LIFE_MS = 2_000

/** A migration held by this process: no other worker can hold it at the same time. */
export interface MigrationLock {
  /** Aborted when the session that holds the lock is gone: then another worker may have it. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/**
 * Takes the advisory lock of one migration, or of another thing only one worker may do, on a session of its own.
 *
 * A lock ends with its session: the server frees it at once when the process dies, and after 8 s without a sign of life
 * when it only sleeps or its machine vanishes.
 *
 * @param what - for example `migration shop-3` or `poster`
 * @returns null when another worker has it
 */
export async function tryLock(url: Secret, what: string): Promise<MigrationLock | null> {
  const client = new pg.Client({
    connectionString: url.reveal(),
    application_name: `flytt lock ${what}`,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    keepAlive: true,
    options: `-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c idle_session_timeout=${SILENCE_LIMIT_MS}`,
  })
  const lost = new AbortController()
  client.on('error', () => {
    lost.abort()
  })
  client.on('end', () => {
    lost.abort()
  })
  await client.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 0)) AS held',
      [`flytt ${what}`],
    )
    if (rows[0]?.held === true) {
      const signOfLife = setInterval(() => {
        client.query('SELECT').catch(() => {
          lost.abort()
        })
      }, SIGN_OF_LIFE_MS)
      lost.signal.addEventListener('abort', () => {
        clearInterval(signOfLife)
      })
      return {
        lost: lost.signal,
        async release() {
          clearInterval(signOfLife)
          // Ending the session frees the lock; a session that is broken already has freed it.
          await client.end().catch(() => undefined)
        },
      }
    }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  await client.end()
  return null
}
