import type { CutoverTimeline } from './cutover-timeline.ts'
import type { Lag } from './lag.ts'

/** How far one table's initial copy is. */
export interface TableProgress {
  /** `schema.table`, unquoted, for people to read. */
  readonly table: string
  /** `pending` not begun · `copying` · `copied`. */
  readonly state: 'pending' | 'copying' | 'copied'
  readonly bytesTotal: number
  readonly rowsCopied: number
  /** The planner's estimate; -1 when the table was never analysed. */
  readonly rowsEstimated: number
}

/** What a phase tells while it works; the root message and `/migrate status` are drawn from it. */
export type PhaseProgress =
  | { readonly kind: 'note'; readonly text: string }
  | {
      readonly kind: 'copy'
      readonly tables: readonly TableProgress[]
      /** Bytes of all tables and of those (or parts) that are copied. */
      readonly bytesTotal: number
      readonly bytesCopied: number
      /** Milliseconds left, null below 1 % or before it can be told. */
      readonly etaMs: number | null
    }
  | { readonly kind: 'indexes'; readonly done: number; readonly total: number; readonly current: string | null }
  | {
      readonly kind: 'catch-up'
      readonly lag: Lag
      /** How long the lag has been small enough, and how long it must be. */
      readonly stableMs: number
      readonly neededMs: number
    }
  | { readonly kind: 'verify'; readonly tablesDone: number; readonly tablesTotal: number }
  | {
      readonly kind: 'approval'
      readonly votes: number
      readonly required: number
      readonly expiresAt: string
      readonly lag: Lag | null
    }
  | { readonly kind: 'cutover'; readonly timeline: CutoverTimeline }
