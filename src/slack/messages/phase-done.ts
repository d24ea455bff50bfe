import type { PhaseName } from '../../migration/phase-name.ts'
import { section, toMessage } from '../blocks.ts'
import { escapeText, truncate } from '../escape.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'

/** One line: a phase is done, how long it took, what comes next. */
export function phaseDone(view: {
  readonly phase: PhaseName
  readonly tookMs: number
  readonly next: PhaseName | null
  readonly note?: string
}): Message {
  const took = formatDuration(view.tookMs)
  const note = view.note === undefined ? '' : ` ${escapeText(truncate(view.note, 1000))}`
  const next = view.next === null ? '' : ` Next: ${view.next}.`
  return toMessage(`✓ ${view.phase} done in ${took}.${note}${next}`, [
    section(`✓ *${view.phase}* done in ${took}.${note}${view.next === null ? '' : ` Next: *${view.next}*.`}`),
  ])
}
