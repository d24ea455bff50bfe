import { randomUUID } from 'node:crypto'
import type { Queue } from 'bullmq'
import type { Logger } from '../logger.ts'
import type { Migration } from '../migration/migration.ts'
import { openBackend, type QueueBackend, type QueueSettings } from './backend.ts'
import { phaseJobId, WAKE_JOB_NAME, type PhaseJobData } from './phase-job.ts'
import type { WorkerQueue } from './phase-queue.ts'

/** An open queue and its backend. */
export interface OpenQueue {
  readonly phaseQueue: WorkerQueue
  readonly backend: QueueBackend
  close(): Promise<void>
}

/**
 * Opens the phase queue.
 *
 * @throws {FlyttError} `QUEUE_UNREACHABLE`, `QUEUE_UNSAFE`
 */
export async function openQueue(settings: QueueSettings & { readonly log: Logger }): Promise<OpenQueue> {
  const backend = await openBackend(settings, settings.log)
  const queue = backend.createQueue()
  // Without a listener an error of the connection would end the process.
  queue.on('error', (error) => {
    settings.log.warn({ reason: error.message }, 'queue trouble')
  })
  return {
    phaseQueue: phaseQueueOf(queue),
    backend,
    async close() {
      await queue.close()
      await backend.close()
    },
  }
}

function phaseQueueOf(queue: Queue<PhaseJobData>): WorkerQueue {
  const addWake = async ({ id: migrationId, phase, run }: Migration, jobId: string) => {
    await queue.add(WAKE_JOB_NAME, { migrationId, phase, run }, { jobId, removeOnComplete: true, removeOnFail: true })
  }
  return {
    async enqueue(migration) {
      const { id: migrationId, phase, run } = migration
      // A job that ended leaves nothing behind, or the same id could never be queued again.
      await queue.add(
        phase,
        { migrationId, phase, run },
        { jobId: phaseJobId(migration), removeOnComplete: true, removeOnFail: true },
      )
    },
    async wake(migration) {
      // A job of its own: promoting the delayed one is no single step in BullMQ's PostgreSQL backend, and would take a job
      // that has just become active away from its worker.
      await addWake(migration, `${phaseJobId(migration)}-${WAKE_JOB_NAME}`)
    },
    async takeOver(migration) {
      // An id that was never used: a wake of before may hang on the same dead worker.
      await addWake(migration, `${phaseJobId(migration)}-${WAKE_JOB_NAME}-${randomUUID()}`)
    },
    async isUnderWay(migration) {
      return (await queue.getJobState(phaseJobId(migration))) === 'active'
    },
  }
}
