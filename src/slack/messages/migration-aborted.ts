import type { Migration } from '../../migration/migration.ts'
import { section, toMessage } from '../blocks.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'

/** Everything is taken back; `tookMs` counts from the start of the migration. */
export function migrationAborted(view: { readonly migration: Migration; readonly tookMs: number }): Message {
  const { name } = view.migration
  const took = formatDuration(view.tookMs)
  return toMessage(`↩ ${name} was taken back, ${took} after the start; the source is as it was.`, [
    section(
      `↩️ *${name} was taken back*, ${took} after the start.`,
      'Nothing of Flytt is left on either server; the source is as it was.',
    ),
  ])
}
