import type { HomeView, KnownBlock } from '@slack/types'
import type { Migration } from '../../migration/migration.ts'
import { context, divider, header, limitBlocks, section } from '../blocks.ts'
import { mention } from '../escape.ts'
import { formatTime } from '../format.ts'
import { statusWords } from './status-words.ts'

/** One migration on somebody's Home tab. */
export interface HomeItem {
  readonly migration: Migration
  /** Address of its root message; null while it is not posted. */
  readonly permalink: string | null
}

/** A person's Home tab: what waits for their vote, what runs, what ended lately. */
export function homeView(view: {
  readonly waitingForVote: readonly HomeItem[]
  readonly running: readonly HomeItem[]
  readonly recent: readonly HomeItem[]
}): HomeView {
  const waiting = new Set(view.waitingForVote.map(({ migration }) => migration.id))
  const underWay = view.running.filter(({ migration }) => !waiting.has(migration.id))
  const blocks: KnownBlock[] = [
    header('Flytt moves live PostgreSQL databases'),
    context('Type `/migrate` in one of its channels to begin.'),
    ...group('🗳️ Waiting for your vote', view.waitingForVote, 'Nothing waits for you.'),
    ...group(
      '🚚 Under way',
      underWay,
      waiting.size === 0 ? 'No migration is under way in your channels.' : 'No other.',
    ),
    ...group('🏁 Ended lately', view.recent, 'No migration has ended yet.'),
  ]
  return { type: 'home', blocks: limitBlocks(blocks, (count) => `… and ${count} more`) }
}

function group(title: string, items: readonly HomeItem[], nothing: string): KnownBlock[] {
  return [divider(), section(`*${title}*`), ...(items.length === 0 ? [context(nothing)] : items.flatMap(itemBlocks))]
}

function itemBlocks({ migration, permalink }: HomeItem): KnownBlock[] {
  const { finishedAt, createdAt } = migration
  const thread = permalink === null ? '' : ` · <${permalink}|Open the thread>`
  const when = finishedAt === null ? formatTime(createdAt, 'day', 'begun') : formatTime(finishedAt, 'day', 'ended')
  return [
    section(`*${migration.name}* · ${statusWords(migration)}${thread}`),
    context(
      `${migration.id} in <#${migration.channelId}> · asked for by ${mention(migration.requesterUserId)} · ${when}`,
    ),
  ]
}
