import { MINUTE_MS, SECOND_MS } from '../units.ts'

/** After this long a trouble that heals by itself is a person's. */
const GIVE_UP_AFTER_MS = 10 * MINUTE_MS
const LONGEST_MS = 30 * SECOND_MS

/**
 * Says how long to wait before a phase that met trouble runs again.
 *
 * @param attempt - counts from 1
 * @param sinceMs - how long it has been failing
 * @returns milliseconds, doubling from 1 s to 30 s; null when a person must act
 */
export function backoffMs(attempt: number, sinceMs: number): number | null {
  if (sinceMs >= GIVE_UP_AFTER_MS) return null
  return Math.min(SECOND_MS * 2 ** (attempt - 1), LONGEST_MS)
}
