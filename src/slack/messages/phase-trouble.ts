import type { ErrorReport } from '../../errors.ts'
import type { PhaseName } from '../../migration/phase-name.ts'
import { escapeText } from '../escape.ts'
import type { Message } from '../message.ts'

/** Says that a phase met something that may heal by itself, and that Flytt tries again. */
export function phaseTrouble({ phase, error }: { readonly phase: PhaseName; readonly error: ErrorReport }): Message {
  return {
    text: `:warning: *${phase}* met trouble and is tried again: ${escapeText(error.message)} (\`${error.code}\`)`,
  }
}
