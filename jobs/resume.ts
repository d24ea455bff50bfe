import type { Logger } from '../src/logger.ts'
import type { WorkerQueue } from '../src/queue/phase-queue.ts'
import { listActiveMigrations } from '../src/state/migration-store.ts'
import type { StateDatabase } from '../src/state/state-database.ts'
import { SECOND_MS } from '../src/units.ts'

/** A queue that lost its jobs is noticed within this time. */
const EVERY_MS = 10 * SECOND_MS

/**
 * Queues again whatever the record says is unfinished: at once, and every ten seconds. A job that is there is left alone,
 * but at the start taken over from: it may hang on the process whose end this start follows.
 *
 * @returns how to stop it; resolves when no round is under way any more
 */
export function startResuming(deps: {
  readonly state: StateDatabase
  readonly queue: WorkerQueue
  readonly log: Logger
}): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let isFirst = true
  const round = async () => {
    try {
      for (const migration of await listActiveMigrations(deps.state)) {
        await deps.queue.enqueue(migration)
        if (isFirst) await deps.queue.takeOver(migration)
      }
      isFirst = false
    } catch (error) {
      deps.log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'could not queue unfinished migrations; tried again',
      )
    }
  }
  const loop = async (): Promise<void> => {
    await round()
    // The timer starts when the round ended, so that rounds never overlap.
    if (stopped) return
    timer = setTimeout(() => {
      running = loop()
    }, EVERY_MS)
  }
  let running = loop()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
