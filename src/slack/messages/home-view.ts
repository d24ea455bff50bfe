import type { HomeView, KnownBlock } from '@slack/types'
import type { Migration } from '../../migration/migration.ts'
import { context, divider, header, limitBlocks, section } from '../blocks.ts'
import { mention, toCode } from '../escape.ts'
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
  const blocks: KnownBlock[] = [
    header('Flytt'),
    section('Flytt moves live PostgreSQL databases. Type `/migrate` in one of its channels to begin.'),
    ...group('🗳️ Waiting for your vote', view.waitingForVote, 'Nothing waits for you.'),
    ...group('🚚 Under way', view.running, 'No migration is under way in your channels.'),
    ...group('Ended lately', view.recent, 'No migration has ended yet.'),
  ]
  return { type: 'home', blocks: limitBlocks(blocks, (count) => `… and ${count} more`) }
}

function group(title: string, items: readonly HomeItem[], nothing: string): KnownBlock[] {
  return [divider(), section(`*${title}*`, ...items.map(itemLine)), ...(items.length === 0 ? [context(nothing)] : [])]
}

function itemLine({ migration, permalink }: HomeItem): string {
  const thread = permalink === null ? '' : ` · <${permalink}|thread>`
  return `• ${toCode(migration.id)} ${statusWords(migration)} in <#${migration.channelId}> · ${mention(migration.requesterUserId)} · ${formatTime(migration.finishedAt ?? migration.createdAt, 'day')}${thread}`
}
