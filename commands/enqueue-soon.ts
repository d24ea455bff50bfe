import type { Migration } from '../src/migration/migration.ts'
import type { CommandContext } from './subcommand.ts'

/** Slack waits 3 s for the answer, and a dead Redis must not use them up. */
const ENQUEUE_WITHIN_MS = 1500

/**
 * Queues the migration's present run, or lets it be: a job that is missing is queued by a worker within a minute.
 *
 * The record was written before, so nothing is lost and the person can be answered.
 */
export async function enqueueSoon({ queue, log }: CommandContext, migration: Migration): Promise<void> {
  const facts = { migrationId: migration.id, run: migration.run }
  const enqueuing = queue.enqueue(migration).then(
    () => true,
    (error: unknown) => {
      log.warn(
        { ...facts, reason: error instanceof Error ? error.message : String(error) },
        'job not queued, a worker will',
      )
      return true
    },
  )
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false)
    }, ENQUEUE_WITHIN_MS)
  })
  const ended = await Promise.race([enqueuing, tooLate])
  clearTimeout(timer)
  if (!ended) log.warn(facts, 'queue is slow, answered before the job was queued')
}
