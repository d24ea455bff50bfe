import { readConfig } from './config.ts'
import { asFlyttError, FlyttError } from './errors.ts'
import { readInventory } from './inventory.ts'
import { createLogger } from './logger.ts'
import type { FlyttParts } from './parts.ts'
import { openQueue } from './queue/open-queue.ts'
import { applyRevisions } from './state/apply-revisions.ts'
import { openState } from './state/state-database.ts'
import { SECOND_MS } from './units.ts'

/** A part of the process that runs until it is stopped. */
export interface RunningProcess {
  stop(): Promise<void>
}

/** After a signal everything must be over within this time, whatever does not answer. */
const END_DEADLINE_MS = 9.5 * SECOND_MS

/**
 * Runs bot, worker or both as this process: reads the environment and the inventory, opens state and queue, starts, and
 * ends on SIGTERM or SIGINT. Every fault at the start is printed with its remedy and ends the process with 1.
 *
 * @param name - in every log line
 * @param start - starts the parts; the last one started is stopped first
 */
export async function runProcess(
  name: string,
  start: (parts: FlyttParts) => Promise<readonly RunningProcess[]>,
): Promise<void> {
  const running: RunningProcess[] = []
  const stopAll = async () => {
    for (const each of running.reverse()) await each.stop()
  }
  let ending = false
  const end = (signal: NodeJS.Signals) => {
    if (ending) return
    ending = true
    setTimeout(() => {
      process.stderr.write('Flytt did not end in time; the record is safe, another start goes on from it.\n')
      process.exit(1)
    }, END_DEADLINE_MS).unref()
    stopAll().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Flytt met trouble while ending on ${signal}: ${asFlyttError(error).message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  try {
    const config = readConfig(process.env)
    const log = createLogger(config.logLevel, name)
    const inventory = readInventory(config.inventoryFile, process.env)
    const state = openState(config.stateDatabaseUrl, log)
    running.push({ stop: () => state.end() })
    await applyRevisions(state).catch((error: unknown) => {
      if (error instanceof FlyttError) throw error
      throw new FlyttError('STATE_UNREACHABLE', { context: { reason: reasonOf(error) }, cause: error })
    })
    const queue = await openQueue({
      redisUrl: config.redisUrl,
      stateDatabaseUrl: config.stateDatabaseUrl,
      prefix: config.queuePrefix,
      log,
    })
    running.push({ stop: () => queue.close() })
    running.push(...(await start({ config, inventory, state, queue, log })))
  } catch (thrown) {
    const error = asFlyttError(thrown)
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`)
    process.exit(1)
  }
}

/** The message of an error for several addresses is empty. */
function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return typeof message === 'string' && message !== '' ? message : String(code ?? error)
}
