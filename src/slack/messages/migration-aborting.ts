import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'

/** One line: who decided it. */
export function migrationAborting(view: { readonly userId: string }): Message {
  const text = `↩️ ${mention(view.userId)} aborts the migration; everything is taken back.`
  return toMessage(text, [section(text)])
}
