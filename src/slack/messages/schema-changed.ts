import { section, toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'

/** Somebody changed a schema after it was compared: what was proved, and votes for it, hold no more. */
export function schemaChanged(view: { readonly side: 'source' | 'target'; readonly hadRequest: boolean }): Message {
  const votes = view.hadRequest ? ' The votes so far are void.' : ''
  const text = `🔁 The schema of the ${view.side} changed after both sides were compared.${votes} Flytt compares again, then asks for approval anew.`
  return toMessage(text, [section(text)])
}
