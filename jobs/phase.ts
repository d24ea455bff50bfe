import type { Finding } from '../src/migration/finding.ts'
import type { Migration } from '../src/migration/migration.ts'
import type { PhaseName } from '../src/migration/phase-name.ts'
import type { ApprovalSettings, MigrationSettings } from '../src/inventory.ts'
import type { ErrorReport } from '../src/errors.ts'
import type { Logger } from '../src/logger.ts'
import type { Database } from '../src/postgres/connection.ts'
import type { Host } from '../src/ssh/host.ts'
import type { MigrationRecord } from '../src/state/migration-record.ts'
import type { Switch } from '../src/switch/switch.ts'
import type { Thread } from '../src/slack/thread.ts'

/** What a phase may use: interfaces only, built by the worker for one run. At most ten members. */
export interface PhaseContext {
  readonly migration: Migration
  readonly settings: MigrationSettings & { readonly approvals: ApprovalSettings }
  readonly source: Database
  readonly target: Database
  /** The machines of both servers; null where the inventory names none. */
  readonly hosts: { readonly source: Host | null; readonly target: Host | null }
  readonly switches: readonly Switch[]
  readonly thread: Thread
  /** What this migration leaves in the state database: progress, journal, facts, votes. */
  readonly record: MigrationRecord
  /** Aborted when a person paused or aborted the migration, or this worker lost it. */
  readonly signal: AbortSignal
  readonly log: Logger
}

/**
 * What a run of a phase came to.
 *
 * `done` the next phase is queued · `wait` this phase runs again after `delayMs` · `back` an earlier phase runs again,
 * because of `error`, which the thread has been told or is told by the runner.
 */
export type PhaseOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'back'; readonly phase: PhaseName; readonly error: ErrorReport }

/** One phase of a migration. Every method may be called again after a crash. */
export interface Phase {
  readonly name: PhaseName
  /**
   * Set where stopping half-way leaves writes stopped: an error is tried again until the phase has ended one way or the
   * other, and a worker that is told to stop finishes it first.
   */
  readonly mustEnd?: true
  /** Reads only. @returns what would stop `run` now; empty when nothing would. */
  check(context: PhaseContext): Promise<readonly Finding[]>
  /** Does the work, or finds it done; a run lasts seconds, longer work comes back by `wait`. */
  run(context: PhaseContext): Promise<PhaseOutcome>
  /** Takes back what `run` did; does nothing if `run` never began. */
  undo(context: PhaseContext): Promise<void>
}
