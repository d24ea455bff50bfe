import type { ErrorReport } from '../../errors.ts'
import type { CutoverTimeline } from '../../migration/cutover-timeline.ts'
import { section, toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'
import { errorLines, errorWords } from './error-lines.ts'
import { timelineBlock } from './timeline-block.ts'

/** The cutover was called off before the switch; the source is open again. */
export function cutoverReopened(view: { readonly error: ErrorReport; readonly timeline: CutoverTimeline }): Message {
  const { message, remedy } = errorWords(view.error)
  return toMessage(`The cutover was called off; the application stays on the source. ${message} ${remedy}`, [
    section('↩️ *The cutover was called off; the application stays on the source.*', ...errorLines(view.error)),
    ...(view.timeline.steps.length === 0 ? [] : [timelineBlock(view.timeline)]),
  ])
}
