import type { Logger } from '../logger.ts'
import { SECOND_MS } from '../units.ts'
import type { MigrationLock } from './migration-lock.ts'

/** How soon another process takes over what only one may do. */
const TRY_EVERY_MS = 2 * SECOND_MS

/**
 * Strives to be the one process that does something only one may do, for as long as this process lives.
 *
 * @param acquire - takes the lock, or gives null while another process has it
 */
export function startLeadership(
  acquire: () => Promise<MigrationLock | null>,
  log: Logger,
): { readonly isLeader: () => boolean; readonly stop: () => Promise<void> } {
  let lock: MigrationLock | null = null
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const attempt = async (): Promise<void> => {
    if (lock === null || lock.lost.aborted) {
      lock = null
      try {
        lock = await acquire()
      } catch (error) {
        log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'could not ask for leadership; tried again',
        )
      }
    }
    if (stopped) return
    timer = setTimeout(() => {
      trying = attempt()
    }, TRY_EVERY_MS)
  }
  let trying = attempt()
  return {
    isLeader: () => lock !== null && !lock.lost.aborted,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await trying
      await lock?.release()
    },
  }
}
