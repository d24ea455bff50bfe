/** How far the subscriber is behind the publisher, measured end to end. */
export interface Lag {
  /** WAL between the publisher's flush position and what the subscriber confirmed, in bytes, >= 0. */
  readonly lagBytes: number
  /** Age of the newest heartbeat that arrived on the target, by the source's own clock; null before the first arrived. */
  readonly replayMs: number | null
  /** WAL that the slot keeps on the source's disk, in bytes, >= 0. */
  readonly retainedBytes: number
  readonly measuredAt: Date
}
