import type { Migration } from '../../migration/migration.ts'
import { section, toMessage } from '../blocks.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'

/** Everything is taken back. */
export function migrationAborted(view: { readonly migration: Migration; readonly tookMs: number }): Message {
  const { name } = view.migration
  const took = formatDuration(view.tookMs)
  return toMessage(`↩ ${name} was taken back in ${took}; the source was in service all the time.`, [
    section(
      `↩️ *${name} was taken back* in ${took}.`,
      'Nothing of Flytt is left on either server; the source was in service all the time.',
    ),
  ])
}
