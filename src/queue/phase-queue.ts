import type { Migration } from '../migration/migration.ts'

/** The queue as commands and events see it: ids go in, nothing else. */
export interface PhaseQueue {
  /** Queues the migration's present phase and run; does nothing when that job is there already. */
  enqueue(migration: Migration): Promise<void>
  /** Lets a phase that waits look again now; its next look comes all the same when it would have. */
  wake(migration: Migration): Promise<void>
}
