import type { ChatPostMessageArguments, WebClient } from '@slack/web-api'
import type { KnownBlock } from '@slack/types'
import type { Logger } from '../logger.ts'
import { section } from './blocks.ts'
import { findPostedMessage } from './find-posted-message.ts'
import type { SlackIdentity } from './identity.ts'
import { toMetadata } from './message-metadata.ts'
import type { OutstandingMessage, PosterStore } from './poster-store.ts'
import { classifyTrouble, troubleReason } from './slack-trouble.ts'

/** What delivering a message needs. */
export interface Delivery {
  readonly client: WebClient
  readonly store: PosterStore
  readonly identity: () => Promise<SlackIdentity>
  readonly log: Logger
}

/** Slack's words for "not these blocks". */
const BLOCKS_REFUSED: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'block_mismatch',
  'msg_blocks_too_long',
  'msg_too_long',
])

/** Slack's words for "it is there already" and for hints that are not worth a second try. */
const PIN_IS_FINE: ReadonlySet<string> = new Set(['already_pinned', 'missing_scope', 'not_pinnable', 'too_many_pins'])

/**
 * Brings one message in Slack to what is wanted: posts it, finds it after a lost answer, edits it, adds reactions.
 *
 * @throws whatever Slack's client throws; then nothing more is known than that an attempt was made
 */
export async function deliverMessage(delivery: Delivery, message: OutstandingMessage): Promise<void> {
  await delivery.store.countAttempt(message.id)
  if (message.postedDigest === message.wantedDigest) await react(delivery, message)
  else if (message.ts !== null) await edit(delivery, message, message.ts)
  else await post(delivery, message)
}

async function post(delivery: Delivery, message: OutstandingMessage): Promise<void> {
  const { client, store } = delivery
  if (message.place === 'ephemeral') {
    await withPlainFallback(message, async (content) =>
      client.chat.postEphemeral({ ...content, ...addressOf(message), user: message.userId ?? '' }),
    )
    await store.markPosted(message.id, null, message.wantedDigest)
    return
  }
  // An attempt that was counted and not noted as done may have been applied: its answer was lost, or this process was.
  const found = message.attempts > 0 ? await findLost(delivery, message) : null
  const posted = found ?? { ts: await postAnew(client, message), digest: message.wantedDigest }
  await store.markPosted(message.id, posted.ts, posted.digest)
  if (message.place === 'root') await pin(delivery, message, posted.ts)
}

async function postAnew(client: WebClient, message: OutstandingMessage): Promise<string> {
  const answer = await withPlainFallback(message, async (content) =>
    client.chat.postMessage({
      ...content,
      ...addressOf(message),
      ...(message.place === 'broadcast' ? { reply_broadcast: true } : {}),
      metadata: toMetadata(message.migrationId, message.key, message.wantedDigest),
      unfurl_links: false,
      unfurl_media: false,
    } as ChatPostMessageArguments),
  )
  // Slack always names it; without it the next attempt finds the message by its metadata.
  if (answer.ts === undefined) throw new TypeError('chat.postMessage answered without a ts')
  return answer.ts
}

async function edit(delivery: Delivery, message: OutstandingMessage, ts: string): Promise<void> {
  const { client, store } = delivery
  try {
    await withPlainFallback(message, async (content) =>
      client.chat.update({
        ...content,
        channel: message.channelId,
        ts,
        // Left out, Slack would make mentions of what only looks like one.
        parse: 'none',
        metadata: toMetadata(message.migrationId, message.key, message.wantedDigest),
      }),
    )
    await store.markPosted(message.id, ts, message.wantedDigest)
  } catch (error) {
    const trouble = classifyTrouble(error)
    if (trouble.kind !== 'refused' || trouble.error !== 'message_not_found') throw error
    delivery.log.warn(
      { migrationId: message.migrationId, key: message.key },
      'message was deleted in slack, posting it again',
    )
    const found = await findLost(delivery, message)
    const posted = found ?? { ts: await postAnew(client, message), digest: message.wantedDigest }
    await store.markPosted(message.id, posted.ts, posted.digest)
    if (message.place === 'root') await pin(delivery, message, posted.ts)
  }
}

/** The reactions are a hint what to click: what Slack refuses of them is not tried again. */
async function react({ client, store, log }: Delivery, message: OutstandingMessage): Promise<void> {
  for (const name of message.ts === null ? [] : message.reactions) {
    try {
      await client.reactions.add({ channel: message.channelId, timestamp: message.ts ?? '', name })
    } catch (error) {
      const trouble = classifyTrouble(error)
      if (trouble.kind !== 'refused') throw error
      if (trouble.error !== 'already_reacted') log.warn({ name, reason: trouble.error }, 'reaction refused')
    }
  }
  await store.markReacted(message.id)
}

async function pin({ client, log }: Delivery, message: OutstandingMessage, ts: string): Promise<void> {
  try {
    await client.pins.add({ channel: message.channelId, timestamp: ts })
  } catch (error) {
    const trouble = classifyTrouble(error)
    if (trouble.kind === 'refused' && PIN_IS_FINE.has(trouble.error)) return
    // A pin is a convenience; the message stands.
    log.warn({ migrationId: message.migrationId, reason: troubleReason(trouble) }, 'root message not pinned')
  }
}

async function findLost({ client, identity, log }: Delivery, message: OutstandingMessage) {
  const threadTs = message.place === 'root' ? null : message.threadTs
  try {
    return await findPostedMessage(client, await identity(), { ...message, threadTs })
  } catch (error) {
    const trouble = classifyTrouble(error)
    if (trouble.kind !== 'refused' || trouble.error !== 'missing_scope') throw error
    log.warn({ migrationId: message.migrationId }, 'cannot look for a lost message: scope channels:history is missing')
    return null
  }
}

interface Content {
  readonly text: string
  readonly blocks?: KnownBlock[]
}

/** Sends with the blocks; when Slack refuses them, once more as plain text, because a plain message is better than none. */
async function withPlainFallback<Answer>(
  { wanted }: OutstandingMessage,
  send: (content: Content) => Promise<Answer>,
): Promise<Answer> {
  if (wanted.blocks === undefined) return send({ text: wanted.text })
  try {
    return await send({ text: wanted.text, blocks: wanted.blocks as KnownBlock[] })
  } catch (error) {
    const trouble = classifyTrouble(error)
    if (trouble.kind !== 'refused' || !BLOCKS_REFUSED.has(trouble.error)) throw error
    return send({ text: wanted.text, blocks: [section(wanted.text)] })
  }
}

function addressOf(message: OutstandingMessage): { channel: string; thread_ts?: string } {
  const inThread = message.place !== 'root' && message.threadTs !== null
  return { channel: message.channelId, ...(inThread ? { thread_ts: message.threadTs } : {}) }
}
