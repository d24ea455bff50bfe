import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'

/** One line: who decided it. */
export function migrationResumed(view: { readonly userId: string }): Message {
  const text = `▶️ ${mention(view.userId)} resumed the migration.`
  return toMessage(text, [section(text)])
}
