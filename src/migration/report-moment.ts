import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../units.ts'

/**
 * Says whether a line in the thread is due, so that lines thin out: every 15 s in the first minute, every minute in the
 * first ten, every ten minutes in the first two hours, then hourly.
 *
 * @param elapsedMs - since the phase began
 * @returns a number that names this moment, the same until the next one is due; null before the first
 */
export function reportMoment(elapsedMs: number): number | null {
  const every =
    elapsedMs < MINUTE_MS
      ? 15 * SECOND_MS
      : elapsedMs < 10 * MINUTE_MS
        ? MINUTE_MS
        : elapsedMs < 2 * HOUR_MS
          ? 10 * MINUTE_MS
          : HOUR_MS
  const moment = Math.floor(elapsedMs / every) * every
  return moment === 0 ? null : moment
}
