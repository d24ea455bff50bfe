import type { WebClient } from '@slack/web-api'
import type { SlackIdentity } from './identity.ts'
import { isFlyttsMessage, messageMetadata, METADATA_TYPE } from './message-metadata.ts'

/** A message that a lost answer left in Slack. */
export interface FoundMessage {
  readonly ts: string
  /** The digest of the content it was posted with. */
  readonly digest: string
}

/** Slack gives at most so many a page; a channel or thread is looked through for the newest so many pages. */
const PAGE_SIZE = 200
const PAGES = 10

/**
 * Looks in the channel, or in the thread, for a message of Flytt by its metadata.
 *
 * @param threadTs - where the thread hangs; null to look among the channel's own messages
 * @returns null when it is not there
 * @throws whatever the call to Slack throws
 */
export async function findPostedMessage(
  client: WebClient,
  identity: SlackIdentity,
  wanted: {
    readonly channelId: string
    readonly threadTs: string | null
    readonly migrationId: string
    readonly key: string
  },
): Promise<FoundMessage | null> {
  const { channelId: channel, threadTs } = wanted
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page += 1) {
    const asked = { channel, limit: PAGE_SIZE, include_all_metadata: true, ...(cursor === undefined ? {} : { cursor }) }
    const answer =
      threadTs === null
        ? await client.conversations.history(asked)
        : await client.conversations.replies({ ...asked, ts: threadTs })
    for (const message of answer.messages ?? []) {
      const metadata = messageMetadata.safeParse(message.metadata).data
      if (metadata?.event_type !== METADATA_TYPE || message.ts === undefined) continue
      const { migration, key, digest } = metadata.event_payload
      const isIt = migration === wanted.migrationId && key === wanted.key
      if (isIt && isFlyttsMessage({ user: message.user, bot_id: message.bot_id }, identity))
        return { ts: message.ts, digest }
    }
    cursor = answer.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return null
  }
  return null
}
