import type { CutoverTimeline } from '../../migration/cutover-timeline.ts'
import { toCodeBlock, truncate } from '../escape.ts'
import { formatDuration } from '../format.ts'

const SHOWN = 25

/** The steps of a cutover as a small table: when each began, how long it took, what it was. */
export function timelineBlock(timeline: CutoverTimeline): string {
  const rows = timeline.steps.map(({ step, atMs, tookMs }) => ({
    at: `${atMs < 0 ? '-' : '+'}${formatDuration(Math.abs(atMs))}`,
    took: formatDuration(tookMs),
    step: truncate(step, 60),
  }))
  const width = (column: 'at' | 'took') => Math.max(...rows.map((row) => row[column].length))
  const lines = rows
    .slice(0, SHOWN)
    .map(({ at, took, step }) => `${at.padStart(width('at'))}  ${took.padStart(width('took'))}  ${step}`)
  return toCodeBlock(rows.length > SHOWN ? [...lines, `… and ${rows.length - SHOWN} more`] : lines)
}
