import type { Lag } from '../../migration/lag.ts'
import { context, toMessage } from '../blocks.ts'
import { formatBytes, formatDuration } from '../format.ts'
import type { Message } from '../message.ts'
import { lagWords } from './progress-lines.ts'

/** One line of how far the target is behind, and how long it has been little enough. */
export function lagLine(view: {
  readonly lag: Lag
  readonly maxLagBytes: number
  readonly maxReplayMs: number
  readonly stableMs: number
  readonly neededMs: number
}): Message {
  const small =
    view.stableMs > 0
      ? `small enough for ${formatDuration(view.stableMs)} of ${formatDuration(view.neededMs)}`
      : `must be within ${formatBytes(view.maxLagBytes)} and ${formatDuration(view.maxReplayMs)}`
  const text = `${lagWords(view.lag)} · ${small} · the slot keeps ${formatBytes(view.lag.retainedBytes)}`
  return toMessage(`catch-up: ${text}.`, [context(`*catch-up* · ${text}`)])
}
