import { pino, type Logger as PinoLogger } from 'pino'
import { redact } from './secret.ts'

/**
 * Structured log: one event per line, a constant message, facts in fields.
 *
 * error = someone must act now · warn = healed or tried again · info = state changes · debug = queries and durations
 */
export type Logger = PinoLogger

/**
 * Makes the process's logger; every string that leaves it passes {@link redact}.
 *
 * @param level - the lowest level that is written
 * @param name - which process writes, for example `worker`
 */
export function createLogger(level: string, name: string): Logger {
  return pino({
    level,
    name,
    hooks: {
      streamWrite: redact,
    },
  })
}
