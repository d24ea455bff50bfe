import type { ContextBlock } from '@slack/types'
import type { CutoverStep, CutoverTimeline } from '../../migration/cutover-timeline.ts'
import { context } from '../blocks.ts'
import { escapeText, truncate } from '../escape.ts'
import { formatDuration } from '../format.ts'

const SHOWN = 25

/** The steps of a cutover in small print: what was done before the write stop, and what within it, each with its time. */
export function timelineBlock(timeline: CutoverTimeline): ContextBlock {
  const shown = timeline.steps.slice(0, SHOWN)
  const rest = timeline.steps.length - shown.length
  const [before, within] = [shown.filter(({ atMs }) => atMs < 0), shown.filter(({ atMs }) => atMs >= 0)]
  return context(
    ...(before.length === 0 ? [] : [`*Before:* ${stepWords(before)}`]),
    ...(within.length === 0 ? [] : [`*Write stop:* ${stepWords(within)}`]),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  )
}

function stepWords(steps: readonly CutoverStep[]): string {
  return steps.map(({ step, tookMs }) => `${escapeText(truncate(step, 60))} ${formatDuration(tookMs)}`).join(' → ')
}
