import type { ErrorReport } from '../../errors.ts'
import type { PhaseName } from '../../migration/phase-name.ts'
import { context, toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'
import { errorWords } from './error-lines.ts'

/** Small print: a phase met trouble that may heal, and Flytt tries again by itself. */
export function phaseTrouble(view: { readonly phase: PhaseName; readonly error: ErrorReport }): Message {
  const { message } = errorWords(view.error)
  const text = `${view.phase} met trouble and tries again by itself: ${message}`
  return toMessage(`${text} (${view.error.code})`, [context(`⏳ ${text} · \`${view.error.code}\``)])
}
