import { LogLevel, type Logger as SlackLogger } from '@slack/logger'
import type { Logger } from '../logger.ts'

/**
 * Lets Slack's libraries write into Flytt's log.
 *
 * What they call an error they mostly heal by themselves, so it is a warning here; their info is debug.
 */
export function toSlackLogger(log: Logger): SlackLogger {
  const write =
    (level: 'debug' | 'warn') =>
    (...parts: unknown[]) => {
      log[level]({ slack: parts.map(String).join(' ') }, 'slack library')
    }
  return {
    debug: () => undefined,
    info: write('debug'),
    warn: write('warn'),
    error: write('warn'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}
