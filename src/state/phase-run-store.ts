import { z } from 'zod'
import type { ErrorReport } from '../errors.ts'
import type { Migration } from '../migration/migration.ts'
import { PHASE_NAMES } from '../migration/phase-name.ts'
import type { PhaseProgress } from '../migration/progress.ts'
import type { Queryable } from './state-database.ts'

const phaseRunRow = z.object({
  run: z.number(),
  phase: z.enum(PHASE_NAMES),
  direction: z.enum(['run', 'undo']),
  startedAt: z.date(),
  endedAt: z.date().nullable(),
  outcome: z.enum(['done', 'back', 'failed', 'stopped']).nullable(),
  progress: z.unknown().transform((value) => value as PhaseProgress | null),
})

/** One run of one phase: when it began and what it came to. */
export type PhaseRun = z.infer<typeof phaseRunRow>

/** Notes that a run of a phase begins; does nothing when it has begun before (a phase that waits runs often). */
export async function beginPhaseRun(
  state: Queryable,
  migration: Migration,
  direction: 'run' | 'undo',
): Promise<{ readonly isNew: boolean }> {
  const { rowCount } = await state.query(
    `INSERT INTO flytt.phase_run (migration_id, run, phase, direction) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [migration.id, migration.run, migration.phase, direction],
  )
  return { isNew: rowCount === 1 }
}

/** Notes what a run of a phase came to. @returns how long it took, in ms */
export async function endPhaseRun(
  state: Queryable,
  migration: Migration,
  outcome: 'done' | 'back' | 'failed' | 'stopped',
  error: ErrorReport | null,
): Promise<number> {
  const { rows } = await state.query(
    `UPDATE flytt.phase_run SET ended_at = clock_timestamp(), outcome = $3, error = $4
      WHERE migration_id = $1 AND run = $2
      RETURNING (EXTRACT(epoch FROM clock_timestamp() - started_at) * 1000)::float8 AS took_ms`,
    [migration.id, migration.run, outcome, error],
  )
  return z.object({ took_ms: z.number() }).parse(rows[0]).took_ms
}

/** @returns every run of every phase of a migration, in order */
export async function readPhaseRuns(state: Queryable, migrationId: string): Promise<readonly PhaseRun[]> {
  const { rows } = await state.query(
    `SELECT run, phase, direction, started_at AS "startedAt", ended_at AS "endedAt", outcome, progress
       FROM flytt.phase_run WHERE migration_id = $1 ORDER BY run`,
    [migrationId],
  )
  return rows.map((row) => phaseRunRow.parse(row))
}
