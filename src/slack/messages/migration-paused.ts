import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'

/** One line: who decided it. */
export function migrationPaused(view: { readonly userId: string }): Message {
  const text = `⏸️ ${mention(view.userId)} paused the migration; what runs at this moment ends first.`
  return toMessage(text, [section(text)])
}
