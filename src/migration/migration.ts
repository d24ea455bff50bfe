import type { ErrorReport } from '../errors.ts'
import type { PhaseName } from './phase-name.ts'
import type { MigrationStatus } from './status.ts'

/** One move of one database, as the state database has it. */
export interface Migration {
  /** `<name>-<number>`, for example `shop-3`; never only digits, never with a colon (BullMQ job ids). */
  readonly id: string
  /** The name in the inventory. */
  readonly name: string
  readonly requesterUserId: string
  readonly channelId: string
  readonly status: MigrationStatus
  /** The phase that runs, or would run next. */
  readonly phase: PhaseName
  /** Counts the runs of phases, from 1; part of the job id, since BullMQ ignores an id it already knows. */
  readonly run: number
  /** Rises with each worker that takes the migration up; an older epoch may not write any more. */
  readonly epoch: number
  /** When the application was sent to the target; null before the point of no return. */
  readonly switchedAt: Date | null
  /** Why it failed; null while it has not. */
  readonly error: ErrorReport | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly finishedAt: Date | null
}
