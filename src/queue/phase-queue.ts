import type { Migration } from '../migration/migration.ts'

/** The queue as commands and events see it: ids go in, nothing else. */
export interface PhaseQueue {
  /** Queues the migration's present phase and run; does nothing when that job is there already. */
  enqueue(migration: Migration): Promise<void>
  /** Lets a phase that waits look again now; its next look comes all the same when it would have. */
  wake(migration: Migration): Promise<void>
}

/** The queue as workers see it. */
export interface WorkerQueue extends PhaseQueue {
  /** Lets the phase be looked at now although its job may hang on a worker that died; see {@link WorkerQueue.isUnderWay}. */
  takeOver(migration: Migration): Promise<void>
  /** Whether the phase's own job is in the hands of a worker, be it a dead one whose end the queue has not noticed yet. */
  isUnderWay(migration: Pick<Migration, 'id' | 'phase' | 'run'>): Promise<boolean>
}
