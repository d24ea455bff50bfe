import { z } from 'zod'
import { FlyttError, type ErrorCode, type ErrorReport } from '../errors.ts'
import type { Migration } from '../migration/migration.ts'
import { PHASE_NAMES, type PhaseName } from '../migration/phase-name.ts'
import { MIGRATION_STATUSES, nextStatus, type MigrationEvent } from '../migration/status.ts'
import { addEvent } from './event-log.ts'
import { inTransaction, type Queryable, type StateDatabase } from './state-database.ts'

const errorReport = z.object({
  code: z.string().transform((code) => code as ErrorCode),
  message: z.string(),
  remedy: z.string(),
})

const migrationRow = z
  .object({
    id: z.string(),
    name: z.string(),
    requester_user_id: z.string(),
    channel_id: z.string(),
    status: z.enum(MIGRATION_STATUSES),
    phase: z.enum(PHASE_NAMES),
    run: z.number(),
    epoch: z.coerce.number(),
    switched_at: z.date().nullable(),
    error: errorReport.nullable(),
    created_at: z.date(),
    updated_at: z.date(),
    finished_at: z.date().nullable(),
  })
  .transform((row): Migration => ({
    id: row.id,
    name: row.name,
    requesterUserId: row.requester_user_id,
    channelId: row.channel_id,
    status: row.status,
    phase: row.phase,
    run: row.run,
    epoch: row.epoch,
    switchedAt: row.switched_at,
    error: row.error,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
  }))

const COLUMNS =
  'id, name, requester_user_id, channel_id, status, phase, run, epoch, switched_at, error, created_at, updated_at, finished_at'

/** SQLSTATE 23505: another unfinished migration has the same source. */
const UNIQUE_VIOLATION = '23505'

/**
 * Records a new migration in phase audit, run 1.
 *
 * @param asked - `sourceKey` names the source database (`host:port/database`, lower case): one unfinished migration each
 * @throws {FlyttError} `MIGRATION_UNFINISHED` naming the one that is in the way
 */
export async function createMigration(
  state: StateDatabase,
  asked: {
    readonly name: string
    readonly sourceKey: string
    readonly requesterUserId: string
    readonly channelId: string
  },
): Promise<Migration> {
  try {
    return await inTransaction(state, async (client) => {
      // Numbers of one name are given one after the other.
      await client.query('SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 1))', [asked.name])
      const { rows } = await client.query(
        `INSERT INTO flytt.migration (id, name, number, source_key, requester_user_id, channel_id, status, phase)
         SELECT $1 || '-' || n, $1, n, $2, $3, $4, 'running', $5
           FROM (SELECT coalesce(max(number), 0) + 1 AS n FROM flytt.migration WHERE name = $1) AS next
         RETURNING ${COLUMNS}`,
        [asked.name, asked.sourceKey, asked.requesterUserId, asked.channelId, PHASE_NAMES[0]],
      )
      const migration = migrationRow.parse(rows[0])
      await addEvent(client, { migrationId: migration.id, kind: 'start', userId: asked.requesterUserId })
      return migration
    })
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
    const { rows } = await state.query(
      `SELECT ${COLUMNS} FROM flytt.migration WHERE source_key = $1 AND finished_at IS NULL`,
      [asked.sourceKey],
    )
    const other = rows[0] === undefined ? null : migrationRow.parse(rows[0])
    throw new FlyttError('MIGRATION_UNFINISHED', {
      context: { name: other?.name ?? asked.name, status: other?.status ?? 'running' },
      cause: error,
    })
  }
}

/** @returns the migration with this id, or null */
export async function findMigrationById(state: Queryable, id: string): Promise<Migration | null> {
  const { rows } = await state.query(`SELECT ${COLUMNS} FROM flytt.migration WHERE id = $1`, [id])
  return rows[0] === undefined ? null : migrationRow.parse(rows[0])
}

/** @returns the newest migration of this name (an id such as `shop-2` is taken too), or null */
export async function findMigration(state: Queryable, nameOrId: string): Promise<Migration | null> {
  const { rows } = await state.query(
    `SELECT ${COLUMNS} FROM flytt.migration WHERE name = $1 OR id = $1 ORDER BY (id = $1) DESC, number DESC LIMIT 1`,
    [nameOrId],
  )
  return rows[0] === undefined ? null : migrationRow.parse(rows[0])
}

/** @returns migrations that are not finished, and the newest finished ones, newest first, at most `limit` */
export async function listMigrations(state: Queryable, limit = 20): Promise<readonly Migration[]> {
  const { rows } = await state.query(
    `SELECT ${COLUMNS} FROM flytt.migration ORDER BY (finished_at IS NULL) DESC, created_at DESC LIMIT $1`,
    [limit],
  )
  return rows.map((row) => migrationRow.parse(row))
}

/** @returns migrations that workers have something to do for */
export async function listActiveMigrations(state: Queryable): Promise<readonly Migration[]> {
  const { rows } = await state.query(
    `SELECT ${COLUMNS} FROM flytt.migration WHERE status IN ('running', 'aborting') ORDER BY created_at`,
  )
  return rows.map((row) => migrationRow.parse(row))
}

/**
 * Lets something happen to a migration, by the rules of src/migration/status.ts, under a row lock.
 *
 * A `resume` or `retry` counts the run up, so that its job is a new one for BullMQ, and so does `abort`.
 *
 * @param event - what happens
 * @param by - the Slack user who did it, or null for Flytt
 * @throws {FlyttError} `STATUS_REFUSED` with what can be done instead; `MIGRATION_NOT_FOUND`
 */
export async function recordPersonsEvent(
  state: StateDatabase,
  id: string,
  event: Extract<MigrationEvent, 'pause' | 'resume' | 'retry' | 'abort'>,
  userId: string,
): Promise<Migration> {
  return inTransaction(state, async (client) => {
    const found = await client.query(`SELECT ${COLUMNS} FROM flytt.migration WHERE id = $1 FOR UPDATE`, [id])
    if (found.rows[0] === undefined) throw new FlyttError('MIGRATION_NOT_FOUND', { context: { name: id } })
    const before = migrationRow.parse(found.rows[0])
    const status = nextStatus(before.status, event, before.switchedAt !== null)
    const { rows } = await client.query(
      `UPDATE flytt.migration
          SET status = $2, run = run + $3, error = NULL, updated_at = clock_timestamp()
        WHERE id = $1
        RETURNING ${COLUMNS}`,
      [id, status, event === 'pause' ? 0 : 1],
    )
    await addEvent(client, { migrationId: id, kind: event, userId })
    return migrationRow.parse(rows[0])
  })
}

/**
 * Takes a migration up: the epoch rises, so that a worker that had it before may not write any more.
 *
 * @returns the migration with its new epoch, or null when it is not active or on another run by now
 */
export async function takeUp(state: Queryable, id: string, run: number): Promise<Migration | null> {
  const { rows } = await state.query(
    `UPDATE flytt.migration SET epoch = epoch + 1
      WHERE id = $1 AND run = $2 AND status IN ('running', 'aborting')
      RETURNING ${COLUMNS}`,
    [id, run],
  )
  return rows[0] === undefined ? null : migrationRow.parse(rows[0])
}

/** What a worker makes of a migration at the end of a run; only the owner of the epoch may. */
export interface RunEnd {
  readonly status: Migration['status']
  readonly phase: PhaseName
  readonly error: ErrorReport | null
}

/**
 * Ends a run: new status and phase, and the next run's number.
 *
 * @param before - the migration as {@link takeUp} gave it; a person's event in between makes the write void
 * @returns the migration as it is now, or null when it was not this worker's any more
 */
export async function endRun(state: Queryable, before: Migration, end: RunEnd): Promise<Migration | null> {
  const { rows } = await state.query(
    `UPDATE flytt.migration
        SET status = $4, phase = $5, error = $6, run = run + 1, updated_at = clock_timestamp(),
            finished_at = CASE WHEN $4 IN ('aborted', 'finished') THEN clock_timestamp() END
      WHERE id = $1 AND epoch = $2 AND run = $3 AND status = $7
      RETURNING ${COLUMNS}`,
    [before.id, before.epoch, before.run, end.status, end.phase, end.error, before.status],
  )
  return rows[0] === undefined ? null : migrationRow.parse(rows[0])
}
