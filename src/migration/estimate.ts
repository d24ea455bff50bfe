/** Below this share an estimate would be a guess. */
const LEAST_SHARE = 0.01

/**
 * Estimates how long the rest takes, from the pace so far.
 *
 * @param done - what is done, in any unit
 * @param total - all of it, in the same unit
 * @param elapsedMs - how long `done` took
 * @returns milliseconds left, >= 0; null below 1 %, where no honest number can be told
 */
export function estimateRemainingMs(done: number, total: number, elapsedMs: number): number | null {
  if (total <= 0 || done / total < LEAST_SHARE || elapsedMs <= 0) return null
  return Math.max(0, Math.round((elapsedMs / done) * (total - done)))
}

/** What a cutover's time depends on; all in milliseconds but the count. */
export interface WriteStopMeasures {
  /** How long a marker took from source to target just now. */
  readonly markerMs: number
  readonly sequenceCount: number
  readonly switchCount: number
  /** One round trip to the farther server. */
  readonly roundTripMs: number
}

/** Journaling, fencing and ending sessions took 40 to 100 ms in rehearsals on two cores (docs/performance.md). */
const FIXED_MS = 100
/** Stopping the apply worker and proving the slot empty. */
const PROOF_MS = 60
const PER_SEQUENCE_MS = 0.1
const PER_SWITCH_MS = 30
/** Statements sent one after the other between pause and resume. */
const ROUND_TRIPS = 25

/** Predicts how long writes will stand still in a cutover, in ms. */
export function predictWriteStopMs(measures: WriteStopMeasures): number {
  return Math.round(
    FIXED_MS +
      PROOF_MS +
      measures.markerMs * 2 +
      measures.sequenceCount * PER_SEQUENCE_MS +
      measures.switchCount * PER_SWITCH_MS +
      measures.roundTripMs * ROUND_TRIPS,
  )
}
