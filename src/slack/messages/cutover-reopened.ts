import type { ErrorReport } from '../../errors.ts'
import type { CutoverTimeline } from '../../migration/cutover-timeline.ts'
import { toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'
import { errorBlocks, errorWords } from './error-lines.ts'
import { timelineBlock } from './timeline-block.ts'

/** The cutover was called off before the switch; the source is open again. */
export function cutoverReopened(view: { readonly error: ErrorReport; readonly timeline: CutoverTimeline }): Message {
  const { message, remedy } = errorWords(view.error)
  return toMessage(`The cutover was called off; the application stays on the source. ${message} ${remedy}`, [
    ...errorBlocks(view.error, '↩️ *The cutover was called off; the application stays on the source.*'),
    ...(view.timeline.steps.length === 0 ? [] : [timelineBlock(view.timeline)]),
  ])
}
