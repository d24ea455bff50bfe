import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import { nowTs } from './ids.ts'
import type { JsonObject } from './json.ts'
import { MAX_POST_CHARACTERS, MAX_UPDATE_CHARACTERS, readContent } from './message-content.ts'
import { toPermalink, toSlackMessage } from './message-shape.ts'
import type { Message } from './messages.ts'
import { FLYTT } from './people.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

/** Posting, editing and taking back messages. */
export const chatMethods: ApiFamily = {
  'chat.postMessage': { tier: 'posting', scope: 'chat:write', run: postMessage },
  'chat.postEphemeral': { tier: 'tier4', scope: 'chat:write', run: postEphemeral },
  'chat.update': { tier: 'tier3', scope: 'chat:write', run: updateMessage },
  'chat.delete': { tier: 'tier3', scope: 'chat:write', run: deleteMessage },
  'chat.getPermalink': {
    tier: 'unlimited',
    scope: null,
    run: (args, world) => {
      const channel = world.channels.require(args.text('channel'))
      return {
        channel: channel.id,
        permalink: toPermalink(world.messages.require(channel.id, args.text('message_ts')), world.url),
      }
    },
  },
}

/**
 * Finds the root of the thread a post is meant for.
 *
 * @returns null for a thread that is gone: Slack posts into the channel then and says nothing (slack-go/slack#1571)
 * @throws {SlackError} `invalid_thread_ts`
 */
export function readThread(world: World, channelId: string, threadTs: string | null): string | null {
  if (threadTs === null) return null
  if (!/^\d{10}\.\d{6}$/.test(threadTs)) throw new SlackError('invalid_thread_ts')
  const message = world.messages.listThread(channelId, threadTs, null)[0]
  return message === undefined ? null : (message.threadTs ?? message.ts)
}

function postMessage(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireWritable(args.text('channel'))
  const content = readContent(args, MAX_POST_CHARACTERS)
  const threadTs = readThread(world, channel.id, args.text('thread_ts'))
  const message = world.messages.post({
    channelId: channel.id,
    userId: FLYTT.userId,
    isByFlytt: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    metadata: content.metadata ?? null,
    threadTs,
    broadcast: threadTs !== null && args.isSet('reply_broadcast'),
    unfurlLinks: args.flag('unfurl_links'),
    unfurlMedia: args.flag('unfurl_media'),
  })
  return { channel: channel.id, ts: message.ts, message: toSlackMessage(world.messages, message, world.url) }
}

function postEphemeral(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireWritable(args.text('channel'))
  const userId = args.requireText('user')
  if (!channel.memberIds.has(userId)) throw new SlackError('user_not_in_channel')
  const content = readContent(args, MAX_POST_CHARACTERS)
  const message = world.messages.post({
    channelId: channel.id,
    userId: FLYTT.userId,
    isByFlytt: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    threadTs: readThread(world, channel.id, args.text('thread_ts')),
    ephemeralFor: userId,
  })
  return { message_ts: message.ts }
}

function updateMessage(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireWritable(args.text('channel'))
  const message = requireOwn(world, channel.id, args.text('ts'), 'cant_update_message')
  const content = readContent(args, MAX_UPDATE_CHARACTERS)
  if (content.text !== undefined) message.text = content.text
  if (content.blocks !== undefined) message.blocks = content.blocks
  if (content.metadata !== undefined) message.metadata = content.metadata
  // Slack marks as "(edited)" only what was edited as text.
  if (content.blocks === undefined) message.edited = { user: FLYTT.userId, ts: nowTs() }
  if (args.isSet('reply_broadcast') && message.threadTs !== null) message.broadcast = true
  world.messages.changed(message)
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: toSlackMessage(world.messages, message, world.url),
  }
}

function deleteMessage(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireJoined(args.text('channel'))
  const message = requireOwn(world, channel.id, args.text('ts'), 'cant_delete_message')
  world.messages.remove(message)
  return { channel: channel.id, ts: message.ts }
}

function requireOwn(world: World, channelId: string, ts: string | null, error: string): Message {
  const message = world.messages.require(channelId, ts)
  if (!message.isByFlytt) throw new SlackError(error)
  return message
}
