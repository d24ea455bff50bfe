import { setTimeout as delay } from 'node:timers/promises'
import { DelayedError } from 'bullmq'
import type { Logger } from '../logger.ts'
import { SECOND_MS } from '../units.ts'
import type { QueueBackend } from './backend.ts'
import { phaseJobData, WAKE_JOB_NAME, type PhaseJobData } from './phase-job.ts'

/** What a job's work came to: finished with this run, or to be looked at again. */
export type JobOutcome = { readonly kind: 'done' } | { readonly kind: 'wait'; readonly delayMs: number }

/** A running worker. */
export interface PhaseWorker {
  /** Takes no more jobs and waits for those at work, at most `deadlineMs`. */
  close(deadlineMs: number): Promise<void>
}

/** A worker that dies is noticed within this time plus {@link STALLED_INTERVAL_MS}. */
const LOCK_MS = 10 * SECOND_MS
const STALLED_INTERVAL_MS = 5 * SECOND_MS
/** How long a job rests after an error that was not its own, such as the state database being away. */
const TROUBLE_DELAY_MS = 2 * SECOND_MS

/**
 * Takes phase jobs from the queue, several at a time; a job that waits goes back as a delayed job.
 *
 * @param work - does one tick; seconds, not hours
 * @see docs/adr/0006-waits-are-delayed-jobs.md
 */
export function startPhaseWorker(
  backend: QueueBackend,
  options: {
    readonly concurrency: number
    readonly log: Logger
    /** Tells whether the phase's own job is in the hands of a worker, which may be dead. */
    readonly isUnderWay: (job: PhaseJobData) => Promise<boolean>
  },
  work: (job: PhaseJobData) => Promise<JobOutcome>,
): PhaseWorker {
  const { log } = options
  const worker = backend.createWorker(
    async (job, token) => {
      let outcome: JobOutcome
      try {
        outcome = await work(phaseJobData.parse(job.data))
      } catch (error) {
        log.error(
          { jobId: job.id, reason: error instanceof Error ? error.message : String(error) },
          'job met trouble; tried again',
        )
        outcome = { kind: 'wait', delayMs: TROUBLE_DELAY_MS }
      }
      if (outcome.kind === 'done') return
      // What was woken waits on by its own job, unless that hangs on a worker that died: then this one stands in for it.
      if (job.name === WAKE_JOB_NAME && !(await options.isUnderWay(phaseJobData.parse(job.data)))) return
      // The PostgreSQL backend takes whole milliseconds only.
      await job.moveToDelayed(Date.now() + Math.ceil(outcome.delayMs), token)
      throw new DelayedError()
    },
    {
      concurrency: options.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      // A crash of a worker is no fault of the job; the record in the state database decides what it does.
      maxStalledCount: 1_000_000,
      drainDelay: 1,
    },
  )
  worker.on('error', (error) => {
    log.warn({ reason: error.message }, 'worker trouble')
  })
  // A job that fails is removed; the record still knows of the work, and it is queued again within seconds.
  worker.on('failed', (job, error) => {
    log.warn({ jobId: job?.id, reason: error.message }, 'job lost; queued again by the next round')
  })
  return {
    async close(deadlineMs) {
      // BullMQ itself waits without bound, and a close that is under way cannot be made a forced one.
      await Promise.race([worker.close(), delay(deadlineMs, undefined, { ref: false })])
    },
  }
}
