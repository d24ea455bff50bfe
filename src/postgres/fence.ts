import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { quoteIdent } from './quote.ts'
import { loadSql } from './sql.ts'

const clientSessionsSql = loadSql('client-sessions')

const sessionRow = z.object({ pid: z.number(), role_name: z.string().nullable(), application_name: z.string() })

const fenceRow = z.object({
  epoch: z.coerce.number(),
  fenced: z.boolean(),
  connection_limit: z.number().nullable(),
  read_only: z.string().nullable(),
})

/** Less than another worker needs to take the migration over. */
const IDLE_DEADLINE_MS = 3_000

/**
 * Stops writes at the session's database: no new login but superusers' and replication's, and read-only by default.
 *
 * One transaction that also checks and sets the epoch kept on this server, so that a worker that was taken over from
 * cannot fence, nor lift a fence, any more. Sessions that are there go on until {@link endSessions}.
 *
 * @param epoch - the migration's epoch
 * @throws {FlyttError} `OWNERSHIP_LOST` when a newer epoch was here
 * @see docs/adr/0010-fence-carries-the-epoch.md
 */
export async function fence(session: Session, database: string, epoch: number): Promise<void> {
  await withEpoch(session, epoch, async (before) => {
    if (before.fenced) return
    const name = quoteIdent(database)
    const [settings] = await session.rows(
      z.object({ connection_limit: z.number(), read_only: z.string().nullable() }),
      `SELECT d.datconnlimit AS connection_limit,
              (SELECT pg_catalog.split_part(entry, '=', 2)
                 FROM pg_catalog.pg_db_role_setting AS s, pg_catalog.unnest(s.setconfig) AS entry
                WHERE s.setdatabase = d.oid AND s.setrole = 0 AND entry LIKE 'default\\_transaction\\_read\\_only=%') AS read_only
         FROM pg_catalog.pg_database AS d WHERE d.datname = $1::name`,
      [database],
    )
    await session.query(
      `UPDATE ${FLYTT_SCHEMA}.fence SET fenced = true, connection_limit = $1, read_only = $2 WHERE id = 1`,
      [settings?.connection_limit ?? -1, settings?.read_only ?? null],
    )
    await session.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`)
    await session.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  })
}

/**
 * Lets writes at the session's database go on, with the values it had before {@link fence}; does nothing when it is not fenced.
 *
 * @throws {FlyttError} `OWNERSHIP_LOST` when a newer epoch was here
 */
export async function liftFence(session: Session, database: string, epoch: number): Promise<void> {
  await withEpoch(session, epoch, async (before) => {
    if (!before.fenced) return
    const name = quoteIdent(database)
    await session.query(`ALTER DATABASE ${name} CONNECTION LIMIT ${before.connection_limit ?? -1}`)
    await session.query(
      before.read_only === null
        ? `ALTER DATABASE ${name} RESET default_transaction_read_only`
        : `ALTER DATABASE ${name} SET default_transaction_read_only = ${before.read_only === 'on' ? 'on' : 'off'}`,
    )
    await session.query(`UPDATE ${FLYTT_SCHEMA}.fence SET fenced = false WHERE id = 1`)
  })
}

/** @returns whether the session's database has the table that keeps the epoch */
export async function hasFence(session: Session): Promise<boolean> {
  const [row] = await session.rows(
    z.object({ present: z.boolean() }),
    `SELECT pg_catalog.to_regclass('${FLYTT_SCHEMA}.fence') IS NOT NULL AS present`,
  )
  return row?.present === true
}

/**
 * Refuses a worker that was taken over from: checks and sets the epoch kept on the session's server.
 *
 * To be called first in the transaction it guards: it locks the one row that says whose turn it is.
 *
 * @param epoch - the migration's epoch
 * @throws {FlyttError} `OWNERSHIP_LOST` when a newer epoch was here
 */
export async function requireEpoch(session: Session, epoch: number): Promise<z.infer<typeof fenceRow>> {
  // A process that is stopped with the row locked would keep the next owner out for as long as it sleeps.
  await session.query(`SET LOCAL idle_in_transaction_session_timeout = ${IDLE_DEADLINE_MS}`)
  const [before] = await session.rows(
    fenceRow,
    `SELECT epoch, fenced, connection_limit, read_only FROM ${FLYTT_SCHEMA}.fence WHERE id = 1 FOR UPDATE`,
  )
  if (before === undefined || before.epoch > epoch) throw new FlyttError('OWNERSHIP_LOST')
  await session.query(`UPDATE ${FLYTT_SCHEMA}.fence SET epoch = $1 WHERE id = 1`, [epoch])
  return before
}

/**
 * Does something on a server in one transaction with {@link requireEpoch}.
 *
 * @throws {FlyttError} `OWNERSHIP_LOST` when a newer epoch was here; then nothing is done
 */
export async function withEpoch(
  session: Session,
  epoch: number,
  work: (before: z.infer<typeof fenceRow>) => Promise<void>,
): Promise<void> {
  await session.query('BEGIN')
  try {
    await work(await requireEpoch(session, epoch))
    await session.query('COMMIT')
  } catch (error) {
    // A session that is broken rolls back by itself, and the first error is the one that matters.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/**
 * Ends every client session of a database but Flytt's own, again and again until none came back twice in a row.
 *
 * Open transactions are rolled back; a client that never got its COMMIT's answer does not know, as after any crash.
 *
 * @param keepPids - process ids of Flytt's own sessions there
 * @param deadlineMs - after it whoever is left is named
 * @throws {FlyttError} `FENCE_INCOMPLETE` naming role and application of the sessions that came back
 */
export async function endSessions(
  session: Session,
  database: string,
  keepPids: readonly number[],
  deadlineMs: number,
): Promise<void> {
  const deadline = performance.now() + deadlineMs
  let quietRounds = 0
  for (;;) {
    const left = await session.rows(sessionRow, clientSessionsSql, [database, [...keepPids]])
    quietRounds = left.length === 0 ? quietRounds + 1 : 0
    if (quietRounds === 2) break
    // Gone for a moment is not gone: who is left must be seen to be named.
    if (left.length > 0 && performance.now() > deadline) {
      const sessions = left.map(
        (each) => `pid ${each.pid} of ${each.role_name ?? 'unknown'} (${each.application_name || 'unnamed'})`,
      )
      throw new FlyttError('FENCE_INCOMPLETE', { context: { sessions: sessions.join(', ') } })
    }
    if (left.length > 0) {
      await session.query('SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest($1::int4[]) AS pid', [
        left.map(({ pid }) => pid),
      ])
    }
    await delay(10)
  }
  const prepared = await session.query('SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = $1::name', [
    database,
  ])
  if (prepared.length > 0) {
    throw new FlyttError('FENCE_INCOMPLETE', {
      context: { sessions: prepared.map((row) => `prepared transaction ${String(row['gid'])}`).join(', ') },
      remedy: 'COMMIT PREPARED or ROLLBACK PREPARED each of them, then let Flytt try again.',
    })
  }
}
