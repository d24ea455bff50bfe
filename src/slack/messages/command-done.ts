import type { Migration } from '../../migration/migration.ts'
import { context, section, toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'

/** What a command recorded. */
export type DoneCommand = 'start' | 'pause' | 'resume' | 'retry' | 'abort'

/** Answers a command that was carried out, and names the next one. */
export function commandDone(view: { readonly command: DoneCommand; readonly migration: Migration }): Message {
  const { name, id } = view.migration
  const [done, next] = words(view.command, name)
  return toMessage(`${done} ${next}`, [section(done), context(`${next} · ${id}`)])
}

function words(command: DoneCommand, name: string): readonly [string, string] {
  switch (command) {
    case 'start':
      return [
        `🚚 ${name} is started. Follow it in the thread that begins here in a moment.`,
        `Next: \`/migrate status ${name}\``,
      ]
    case 'pause':
      return [`⏸️ ${name} is paused; what runs at this moment ends first.`, `Next: \`/migrate resume ${name}\``]
    case 'resume':
      return [`▶️ ${name} goes on.`, `Next: \`/migrate status ${name}\``]
    case 'retry':
      return [`▶️ ${name} tries again.`, `Next: \`/migrate status ${name}\``]
    case 'abort':
      return [`↩️ ${name} is being taken back; the source stays in service.`, `Next: \`/migrate status ${name}\``]
  }
}
