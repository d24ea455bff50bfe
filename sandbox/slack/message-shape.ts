import { toSlackFile } from './files.ts'
import type { JsonObject } from './json.ts'
import type { Message, MessageStore } from './messages.ts'
import { FLYTT, TEAM } from './people.ts'

/** Without `full`, Slack may name only some of those who reacted; the count is always right. */
const USERS_PER_REACTION = 50

export interface ShapeOptions {
  readonly withMetadata?: boolean
  readonly allUsers?: boolean
}

/** Writes a message as the Web API and the payloads do. */
export function toSlackMessage(
  messages: MessageStore,
  message: Message,
  url: string,
  options: ShapeOptions = {},
): JsonObject {
  const replies = message.threadTs === null ? messages.listReplies(message) : []
  return {
    type: 'message',
    ...(message.isTombstone ? { subtype: 'tombstone', hidden: true } : {}),
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.isTombstone ? 'USLACKBOT' : message.userId,
    ts: message.ts,
    ...(message.isByFlytt
      ? {
          bot_id: FLYTT.botId,
          app_id: FLYTT.appId,
          bot_profile: { id: FLYTT.botId, app_id: FLYTT.appId, name: FLYTT.name, team_id: TEAM.id, deleted: false },
        }
      : {}),
    team: TEAM.id,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs === null
      ? {}
      : { thread_ts: message.threadTs, parent_user_id: messages.find(message.channelId, message.threadTs)?.userId }),
    ...(replies.length > 0 ? toThreadSummary(message, replies) : {}),
    ...(message.edited === null ? {} : { edited: message.edited }),
    ...(message.metadata !== null && options.withMetadata !== false ? { metadata: message.metadata } : {}),
    ...(message.reactions.length > 0
      ? {
          reactions: message.reactions.map(({ name, userIds }) => ({
            name,
            users: options.allUsers === true ? [...userIds] : userIds.slice(0, USERS_PER_REACTION),
            count: userIds.length,
          })),
        }
      : {}),
    ...(message.files.length > 0 ? { files: message.files.map((file) => toSlackFile(file, url)), upload: true } : {}),
    ...(message.pinned ? { pinned_to: [message.channelId] } : {}),
  }
}

/** Writes a message as the control API and the page want it. */
export function toPageMessage(messages: MessageStore, message: Message, url: string): JsonObject {
  const replies = message.threadTs === null ? messages.listReplies(message) : []
  return {
    ts: message.ts,
    threadTs: message.threadTs ?? (replies.length > 0 ? message.ts : null),
    userId: message.userId,
    text: message.text,
    blocks: message.blocks,
    reactions: message.reactions.map(({ name, userIds }) => ({ name, users: [...userIds], count: userIds.length })),
    files: message.files.map(({ id, name, title, mimetype, sizeBytes, path }) => ({
      id,
      name,
      title,
      mimetype,
      size: sizeBytes,
      url: url + path,
    })),
    edited: message.edited,
    pinned: message.pinned,
    broadcast: message.broadcast,
    ephemeral: message.ephemeralFor !== null,
    metadata: message.metadata,
    replyCount: replies.length,
    latestReply: replies.at(-1)?.ts ?? null,
  }
}

/** Writes the address of a message on the page; a reply's names its thread too. */
export function toPermalink(message: Message, url: string): string {
  const thread = message.threadTs === null ? {} : { thread: message.threadTs }
  return `${url}/#${new URLSearchParams({ channel: message.channelId, message: message.ts, ...thread }).toString()}`
}

function toThreadSummary(root: Message, replies: readonly Message[]): JsonObject {
  const users = [...new Set(replies.map((reply) => reply.userId))]
  return {
    thread_ts: root.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users.slice(0, 5),
    latest_reply: replies.at(-1)?.ts,
    is_locked: false,
    subscribed: root.isByFlytt,
  }
}
