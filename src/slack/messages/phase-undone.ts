import type { PhaseName } from '../../migration/phase-name.ts'
import { section, toMessage } from '../blocks.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'

/** One line: what a phase did is taken back. */
export function phaseUndone(view: { readonly phase: PhaseName; readonly tookMs: number }): Message {
  const took = formatDuration(view.tookMs)
  return toMessage(`↩ ${view.phase} taken back in ${took}.`, [section(`↩ *${view.phase}* taken back in ${took}.`)])
}
