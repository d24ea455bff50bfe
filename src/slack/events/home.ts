import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import type { Inventory } from '../../inventory.ts'
import type { Logger } from '../../logger.ts'
import type { Migration } from '../../migration/migration.ts'
import { isTerminal } from '../../migration/status.ts'
import { findPosted } from '../../state/message-store.ts'
import { listMigrations } from '../../state/migration-store.ts'
import type { StateDatabase } from '../../state/state-database.ts'
import type { SlackIdentity } from '../identity.ts'
import { homeView, type HomeItem } from '../messages/home-view.ts'
import { askSlack } from '../slack-trouble.ts'
import { readEntitled } from '../votes.ts'

/** What drawing the Home tab needs. */
export interface HomeParts {
  readonly client: WebClient
  readonly identity: SlackIdentity
  readonly inventory: Inventory
  readonly state: StateDatabase
  readonly log: Logger
}

/** Under which key src/report/show-root.ts records the root message. */
const ROOT_KEY = 'root'
const RECENT_SHOWN = 10
const MEMBER_PAGES = 20

/** Registers the Home tab: drawn anew whenever somebody opens it. */
export function registerHome(app: App, parts: HomeParts): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return
    const { client } = parts
    const view = await readHome(parts, event.user)
    await askSlack('views.publish', async () => client.views.publish({ user_id: event.user, view }))
  })
}

/** Gathers what one person may see: only migrations of channels they are in. */
async function readHome(parts: HomeParts, userId: string) {
  const { state, inventory, client } = parts
  const channels = await channelsOf(parts, userId)
  const migrations = (await listMigrations(state, 50)).filter(({ channelId }) => channels.has(channelId))
  const unfinished = migrations.filter(({ status }) => !isTerminal(status))
  const recent = migrations.filter(({ status }) => isTerminal(status)).slice(0, RECENT_SHOWN)
  const waiting = unfinished.filter(({ status, phase }) => status === 'running' && phase === 'approval')
  const entitled = waiting.length === 0 ? null : await readEntitled(client, inventory.approvals)
  const mayVote = (migration: Migration) =>
    migration.requesterUserId !== userId && (entitled === null || entitled.has(userId))
  const items = async (chosen: readonly Migration[]) => Promise.all(chosen.map(async (each) => itemOf(parts, each)))
  return homeView({
    waitingForVote: await items(waiting.filter(mayVote)),
    running: await items(unfinished),
    recent: await items(recent),
  })
}

async function itemOf({ state, identity }: HomeParts, migration: Migration): Promise<HomeItem> {
  const root = await findPosted(state, migration.id, ROOT_KEY)
  if (root === null || identity.url === '') return { migration, permalink: null }
  return {
    migration,
    permalink: `${identity.url.replace(/\/*$/, '/')}archives/${root.channelId}/p${root.ts.replace('.', '')}`,
  }
}

async function channelsOf(parts: HomeParts, userId: string): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    parts.inventory.channels.map(async (channelId) => {
      try {
        return (await isMember(parts.client, channelId, userId)) ? [channelId] : []
      } catch (error) {
        // A channel that cannot be asked about is not shown; the others are.
        parts.log.warn(
          { channelId, reason: error instanceof Error ? error.message : String(error) },
          'members not read',
        )
        return []
      }
    }),
  )
  return new Set(found.flat())
}

async function isMember(client: WebClient, channelId: string, userId: string): Promise<boolean> {
  let cursor: string | undefined
  for (let page = 0; page < MEMBER_PAGES; page += 1) {
    const asked = { channel: channelId, limit: 1000, ...(cursor === undefined ? {} : { cursor }) }
    const answer = await askSlack('conversations.members', async () => client.conversations.members(asked))
    if (answer.members?.includes(userId) === true) return true
    cursor = answer.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return false
  }
  return false
}
