import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'

/** One line: who decided it. */
export function migrationRetried(view: { readonly userId: string }): Message {
  const text = `▶️ ${mention(view.userId)} lets the migration try again.`
  return toMessage(text, [section(text)])
}
