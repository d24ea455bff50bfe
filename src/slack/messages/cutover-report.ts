import type { CutoverTimeline } from '../../migration/cutover-timeline.ts'
import { section, toMessage } from '../blocks.ts'
import { escapeText, toCode, truncate } from '../escape.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'
import { timelineBlock } from './timeline-block.ts'

/** The cutover is done: how long writes stood still, what proves that nothing was lost, step by step. */
export function cutoverReport(view: {
  readonly timeline: CutoverTimeline
  readonly targetLabel: string
  readonly proofs: readonly string[]
}): Message {
  const { writeStopMs } = view.timeline
  const stop = writeStopMs === null ? '' : ` Writes stood still for ${formatDuration(writeStopMs)}.`
  return toMessage(`✓ The application lives on ${escapeText(view.targetLabel)}.${stop}`, [
    section(
      `✅ *The application lives on* ${toCode(view.targetLabel)}`,
      ...(writeStopMs === null ? [] : [`Writes stood still for *${formatDuration(writeStopMs)}*.`]),
    ),
    ...(view.proofs.length === 0
      ? []
      : [section(...view.proofs.map((proof) => `✓ ${escapeText(truncate(proof, 300))}`))]),
    ...(view.timeline.steps.length === 0 ? [] : [timelineBlock(view.timeline)]),
  ])
}
