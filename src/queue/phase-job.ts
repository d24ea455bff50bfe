import { z } from 'zod'
import type { Migration } from '../migration/migration.ts'
import { PHASE_NAMES } from '../migration/phase-name.ts'

/** The queue's name in BullMQ. */
export const PHASE_QUEUE_NAME = 'phase'

/** What a job carries: which run of which migration. Ids only, since job data is stored in clear text. */
export const phaseJobData = z.object({ migrationId: z.string(), phase: z.enum(PHASE_NAMES), run: z.number().int() })

/** See {@link phaseJobData}. */
export type PhaseJobData = z.infer<typeof phaseJobData>

/**
 * The id of the job that runs the migration's present phase.
 *
 * BullMQ ignores an id it already knows, so the same run is queued once however often it is asked for; it allows no `:`
 * and no number alone.
 *
 * @see https://docs.bullmq.io/guide/jobs/job-ids
 */
export function phaseJobId(migration: Pick<Migration, 'id' | 'phase' | 'run'>): string {
  return `${migration.id}-${migration.phase}-${migration.run}`
}

/** The name of a job that only looks whether a waiting phase can go on; the phase's own job stays delayed. */
export const WAKE_JOB_NAME = 'wake'
