import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import { toSlackChannel } from './channels.ts'
import { cutPage } from './cursors.ts'
import type { JsonObject } from './json.ts'
import { toSlackMessage } from './message-shape.ts'
import type { Message } from './messages.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

/** Channels: what they are, who is in them, what was said. */
export const conversationMethods: ApiFamily = {
  'conversations.info': {
    tier: 'tier3',
    scope: 'channels:read',
    run: (args, world) => {
      const channel = world.channels.require(args.text('channel'))
      return {
        channel: {
          ...toSlackChannel(channel),
          ...(args.isSet('include_num_members') ? { num_members: channel.memberIds.size } : {}),
        },
      }
    },
  },
  'conversations.members': {
    tier: 'tier4',
    scope: 'channels:read',
    run: (args, world) => {
      const channel = world.channels.require(args.text('channel'))
      const { items, metadata } = cutPage([...channel.memberIds], args.limit('limit', 100, 1000), args.text('cursor'))
      return { members: items, response_metadata: metadata }
    },
  },
  'conversations.history': { tier: 'tier3', scope: 'channels:history', run: readHistory },
  'conversations.replies': { tier: 'tier3', scope: 'channels:history', run: readReplies },
}

function readHistory(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireJoined(args.text('channel'))
  const messages = world.messages.listTopLevel(channel.id, null).filter(isWithin(args)).reverse()
  return { ...pageOf(messages, args, world, 100), pin_count: messages.filter(({ pinned }) => pinned).length }
}

function readReplies(args: ApiArguments, world: World): JsonObject {
  const channel = world.channels.requireJoined(args.text('channel'))
  const ts = args.requireText('ts')
  const thread = world.messages.listThread(channel.id, ts, null)
  if (thread[0] === undefined) throw new SlackError('thread_not_found')
  const isInRange = isWithin(args)
  return pageOf(
    // The root comes with every page's range.
    thread.filter((message) => message.ts === ts || isInRange(message)),
    args,
    world,
    1000,
  )
}

function pageOf(messages: readonly Message[], args: ApiArguments, world: World, standardLimit: number): JsonObject {
  const page = cutPage(messages, args.limit('limit', standardLimit, 1000), args.text('cursor'))
  const withMetadata = args.isSet('include_all_metadata')
  return {
    messages: page.items.map((message) => toSlackMessage(world.messages, message, world.url, { withMetadata })),
    has_more: page.hasMore,
    response_metadata: page.metadata,
  }
}

function isWithin(args: ApiArguments): (message: Message) => boolean {
  const oldest = args.text('oldest')
  const latest = args.text('latest')
  const inclusive = args.isSet('inclusive')
  return ({ ts }) =>
    (oldest === null || Number(ts) > Number(oldest) || (inclusive && ts === oldest)) &&
    (latest === null || Number(ts) < Number(latest) || (inclusive && ts === latest))
}
