import type { Migration } from '../../migration/migration.ts'
import { section, toMessage } from '../blocks.ts'
import { escapeText, truncate } from '../escape.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'

/** The migration is over: the application lives on the target. */
export function migrationFinished(view: {
  readonly migration: Migration
  /** How long writes stood still, in ms; null when unknown. */
  readonly writeStopMs: number | null
  readonly tookMs: number
  /** What stays on the source on purpose, one sentence each. */
  readonly leftOnSource: readonly string[]
}): Message {
  const { name } = view.migration
  const took = formatDuration(view.tookMs)
  const stop = view.writeStopMs === null ? '' : ` Writes stood still for ${formatDuration(view.writeStopMs)}.`
  return toMessage(`✅ ${name} has moved, ${took} after the start.${stop}`, [
    section(`✅ *${name} has moved*, ${took} after the start.${stop}`, 'Nothing of Flytt is left on either server.'),
    ...(view.leftOnSource.length === 0
      ? []
      : [
          section(
            '*Left on the source on purpose:*',
            ...view.leftOnSource.map((what) => `• ${escapeText(truncate(what, 300))}`),
          ),
        ]),
  ])
}
