import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { CutoverTimeline } from '../migration/cutover-timeline.ts'
import type { Lag } from '../migration/lag.ts'
import type { Migration } from '../migration/migration.ts'
import type { PhaseProgress } from '../migration/progress.ts'
import type { Quorum } from '../migration/quorum.ts'
import {
  addVoteReading,
  endApprovalRequest,
  findApprovalRequest,
  findWithdrawnVote,
  openApprovalRequest,
  setQuorum,
  type ApprovalRequest,
} from './approval-store.ts'
import { addEvent } from './event-log.ts'
import type { StateDatabase } from './state-database.ts'

const journalRow = z.object({
  run: z.number(),
  epoch: z.coerce.number(),
  step: z.string(),
  detail: z.record(z.string(), z.unknown()),
  at: z.date(),
})

/** One step of a cutover as it was journaled, before it was done. */
export type JournalEntry = z.infer<typeof journalRow>

/**
 * What one migration leaves in the state database, as its phases see it.
 *
 * Every write is a compare-and-set on the epoch: a worker that another one took over from gets `OWNERSHIP_LOST` and stops.
 */
export interface MigrationRecord {
  /** Says how far the phase is; the root message is drawn from it. */
  setProgress(progress: PhaseProgress): Promise<void>
  /** Keeps something a later phase, or the undo, needs. The value is JSON and holds no secret. */
  setFact(name: string, value: unknown): Promise<void>
  /** @returns the fact, checked against `schema`, or null when it was never set */
  fact<T extends z.ZodType>(name: string, schema: T): Promise<z.infer<T> | null>
  removeFact(name: string): Promise<void>
  addLagSample(lag: Lag): Promise<void>
  /**
   * Journals a step before it is done.
   *
   * @throws {FlyttError} `OWNERSHIP_LOST` when another worker, or a person's abort, came first: then the step must not be done
   */
  journal(step: string, detail?: Readonly<Record<string, unknown>>): Promise<void>
  /** @returns the journal of this migration's present run, oldest first */
  readJournal(): Promise<readonly JournalEntry[]>
  /** Journals the point of no return: from now on the migration counts as switched. @throws {FlyttError} `OWNERSHIP_LOST` */
  journalSwitch(step: string): Promise<void>
  readonly approvals: MigrationApprovals
  /** Adds to the event log, for the evidence. */
  addEvent(kind: string, detail?: Readonly<Record<string, unknown>>): Promise<void>
}

/** The requests for votes of one migration. */
export interface MigrationApprovals {
  /** Opens a request of this run. */
  open(request: {
    readonly planDigest: string
    readonly messageKey: string
    readonly expireAfterMs: number
  }): Promise<ApprovalRequest>
  /** @returns the newest request, whatever became of it, or null */
  find(): Promise<ApprovalRequest | null>
  end(requestId: number, status: Exclude<ApprovalRequest['status'], 'open'>): Promise<void>
  /** Notes whether the votes suffice now. @returns since when they have; both 0 and null when they do not */
  setQuorum(requestId: number, reached: boolean): Promise<{ readonly quorumAt: Date | null; readonly sinceMs: number }>
  /** Keeps what Slack answered. @returns whether the votes are not what they were before */
  addReading(
    requestId: number,
    quorum: Quorum,
    raw: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly isNew: boolean }>
  /** @returns who took a vote back, or said no, since the cutover's first journal entry, as far as the event arrived; or null */
  findWithdrawn(request: ApprovalRequest, approvedBy: readonly string[]): Promise<string | null>
}

/** What the cutover keeps for the report; also in the fact `cutover`. */
export interface CutoverFact {
  readonly timeline: CutoverTimeline
  readonly approvedBy: readonly string[]
}

/**
 * Opens the record of one migration for one run of a worker.
 *
 * @param migration - as `takeUp` gave it; its epoch guards every write
 */
export function openRecord(state: StateDatabase, migration: Migration): MigrationRecord {
  const { id, run, epoch, status } = migration
  const guarded = async (sql: string, values: readonly unknown[]) => {
    const { rowCount } = await state.query(sql, [...values])
    if (rowCount === 0) throw new FlyttError('OWNERSHIP_LOST')
  }
  return {
    async setProgress(progress) {
      await guarded(
        `UPDATE flytt.phase_run SET progress = $4 WHERE migration_id = $1 AND run = $2
            AND EXISTS (SELECT FROM flytt.migration WHERE id = $1 AND epoch = $3)`,
        [id, run, epoch, JSON.stringify(progress)],
      )
    },
    async setFact(name, value) {
      await guarded(
        `INSERT INTO flytt.fact (migration_id, name, value)
         SELECT id, $3, $4 FROM flytt.migration WHERE id = $1 AND epoch = $2
         ON CONFLICT (migration_id, name) DO UPDATE SET value = excluded.value, at = clock_timestamp()`,
        [id, epoch, name, JSON.stringify(value)],
      )
    },
    async fact(name, schema) {
      const { rows } = await state.query<{ value: unknown }>(
        'SELECT value FROM flytt.fact WHERE migration_id = $1 AND name = $2',
        [id, name],
      )
      return rows[0] === undefined ? null : schema.parse(rows[0].value)
    },
    async removeFact(name) {
      await state.query(
        `DELETE FROM flytt.fact WHERE migration_id = $1 AND name = $2
            AND EXISTS (SELECT FROM flytt.migration WHERE id = $1 AND epoch = $3)`,
        [id, name, epoch],
      )
    },
    async addLagSample(lag) {
      await state.query(
        `INSERT INTO flytt.lag_sample (migration_id, at, lag_bytes, replay_ms, retained_bytes) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING`,
        [
          id,
          lag.measuredAt,
          Math.round(lag.lagBytes),
          lag.replayMs === null ? null : Math.round(lag.replayMs),
          Math.round(lag.retainedBytes),
        ],
      )
    },
    async journal(step, detail = {}) {
      // The row lock makes the check and the entry one: nobody can take the migration over, or abort it, in between.
      await guarded(
        `WITH owned AS (
           SELECT id FROM flytt.migration WHERE id = $1 AND epoch = $2 AND run = $3 AND status = $4 FOR UPDATE
         )
         INSERT INTO flytt.journal (migration_id, run, epoch, step, detail) SELECT id, $3, $2, $5, $6 FROM owned`,
        [id, epoch, run, status, step, JSON.stringify(detail)],
      )
    },
    async readJournal() {
      const { rows } = await state.query(
        'SELECT run, epoch, step, detail, at FROM flytt.journal WHERE migration_id = $1 AND run = $2 ORDER BY id',
        [id, run],
      )
      return rows.map((row) => journalRow.parse(row))
    },
    async journalSwitch(step) {
      await guarded(
        `WITH owned AS (
           UPDATE flytt.migration SET switched_at = coalesce(switched_at, clock_timestamp()), updated_at = clock_timestamp()
            WHERE id = $1 AND epoch = $2 AND run = $3 AND status = $4 RETURNING id
         )
         INSERT INTO flytt.journal (migration_id, run, epoch, step) SELECT id, $3, $2, $5 FROM owned`,
        [id, epoch, run, status, step],
      )
    },
    approvals: {
      open: (request) => openApprovalRequest(state, migration, request),
      find: () => findApprovalRequest(state, id),
      end: (requestId, end) => endApprovalRequest(state, requestId, end),
      setQuorum: (requestId, reached) => setQuorum(state, requestId, reached),
      addReading: (requestId, quorum, raw) => addVoteReading(state, requestId, quorum, raw),
      findWithdrawn: (request, approvedBy) => findWithdrawnVote(state, migration, request, approvedBy),
    },
    async addEvent(kind, detail) {
      await addEvent(state, { migrationId: id, kind, ...(detail === undefined ? {} : { detail }) })
    },
  }
}
