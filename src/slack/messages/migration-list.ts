import type { Migration } from '../../migration/migration.ts'
import { isTerminal } from '../../migration/status.ts'
import { context, section, toMessage } from '../blocks.ts'
import { mention, toCode } from '../escape.ts'
import { formatNumberOf, formatTime } from '../format.ts'
import type { Message } from '../message.ts'
import { statusWords } from './status-words.ts'

/** Answers `/migrate list`: what runs, what ran, what could be started. */
export function migrationList(view: {
  readonly migrations: readonly Migration[]
  /** Names of the inventory that were never started. */
  readonly notStarted: readonly string[]
}): Message {
  const unfinished = view.migrations.filter(({ status }) => !isTerminal(status))
  const ended = view.migrations.filter(({ status }) => isTerminal(status))
  const text =
    unfinished.length === 0
      ? 'No migration is under way.'
      : `${formatNumberOf(unfinished.length, 'migration is', 'migrations are')} under way: ${unfinished.map(({ name }) => name).join(', ')}.`
  return toMessage(text, [
    section(`*${text}*`, ...unfinished.map(migrationLine)),
    ...(ended.length === 0 ? [] : [section('*Ended*', ...ended.map(migrationLine))]),
    ...(view.notStarted.length === 0
      ? []
      : [section('*Not started yet*', ...view.notStarted.map((name) => `• ${toCode(name)}`))]),
    context(`${toCode('/migrate start <name>')} · ${toCode('/migrate status <name>')}`),
  ])
}

function migrationLine(migration: Migration): string {
  const { finishedAt, createdAt } = migration
  const when = finishedAt === null ? formatTime(createdAt, 'day', 'begun') : formatTime(finishedAt, 'day', 'ended')
  return `• ${toCode(migration.id)} ${statusWords(migration)} · ${mention(migration.requesterUserId)} · ${when}`
}
