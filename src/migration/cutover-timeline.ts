/** One step of a cutover with its time. */
export interface CutoverStep {
  readonly step: string
  /** Milliseconds since the write stop began; negative before it. */
  readonly atMs: number
  readonly tookMs: number
}

/** What a cutover did and how long writes stood still. */
export interface CutoverTimeline {
  readonly steps: readonly CutoverStep[]
  /** From the first switch paused until the last one resumed, in milliseconds; null before it is over. */
  readonly writeStopMs: number | null
}
