import type { Changes } from './changes.ts'
import type { StoredFile } from './files.ts'
import { TsClock } from './ids.ts'
import type { JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

export interface Reaction {
  readonly name: string
  readonly userIds: string[]
}

/** One message; a reply has a `threadTs` that is not its own `ts`. */
export interface Message {
  readonly channelId: string
  readonly ts: string
  threadTs: string | null
  readonly userId: string
  readonly isByFlytt: boolean
  text: string
  blocks: JsonObject[]
  metadata: JsonObject | null
  edited: { user: string; ts: string } | null
  readonly reactions: Reaction[]
  readonly files: readonly StoredFile[]
  pinned: boolean
  broadcast: boolean
  /** The only person who sees it; null when everyone does. */
  readonly ephemeralFor: string | null
  /** False for the answer inside a slash command's ack: the control API gives that with the command instead. */
  isListed: boolean
  /** A deleted root that still has replies. */
  isTombstone: boolean
  readonly unfurlLinks: boolean | null
  readonly unfurlMedia: boolean | null
}

/** What is needed to post; everything else starts empty. */
export type NewMessage = Pick<Message, 'channelId' | 'userId' | 'text'> &
  Partial<
    Pick<
      Message,
      | 'threadTs'
      | 'isByFlytt'
      | 'blocks'
      | 'metadata'
      | 'files'
      | 'broadcast'
      | 'ephemeralFor'
      | 'unfurlLinks'
      | 'unfurlMedia'
      | 'isListed'
    >
  >

/** All messages of the workspace, oldest first in each channel. */
export class MessageStore {
  readonly #byChannel = new Map<string, Message[]>()
  readonly #clock = new TsClock()
  readonly #changes: Changes

  constructor(changes: Changes) {
    this.#changes = changes
  }

  post(input: NewMessage): Message {
    const message: Message = {
      threadTs: null,
      isByFlytt: false,
      blocks: [],
      metadata: null,
      files: [],
      broadcast: false,
      ephemeralFor: null,
      unfurlLinks: null,
      unfurlMedia: null,
      isListed: true,
      ...input,
      ts: this.#clock.next(),
      edited: null,
      reactions: [],
      pinned: false,
      isTombstone: false,
    }
    this.#inChannel(message.channelId).push(message)
    this.changed(message)
    return message
  }

  /** Announces a change made to a message. */
  changed(message: Message): void {
    this.#changes.announceChannel(message.channelId)
  }

  /** Finds a message that everyone sees. */
  find(channelId: string, ts: string | null): Message | undefined {
    return this.#inChannel(channelId).find(
      (message) => message.ts === ts && message.ephemeralFor === null && !message.isTombstone,
    )
  }

  /** @throws {SlackError} `message_not_found` */
  require(channelId: string, ts: string | null): Message {
    const message = this.find(channelId, ts)
    if (message === undefined) throw new SlackError('message_not_found')
    return message
  }

  /** Finds a message that this person sees, ephemeral ones included. */
  findVisible(channelId: string, ts: string, userId: string): Message | undefined {
    return this.#inChannel(channelId).find((message) => message.ts === ts && isVisibleTo(message, userId))
  }

  /** Gives what stands in the channel itself: roots and broadcast replies. */
  listTopLevel(channelId: string, userId: string | null): Message[] {
    return this.#inChannel(channelId).filter(
      (message) =>
        message.isListed &&
        isVisibleTo(message, userId) &&
        (message.threadTs === null || message.threadTs === message.ts || message.broadcast),
    )
  }

  /** Gives a thread, root first. */
  listThread(channelId: string, threadTs: string, userId: string | null): Message[] {
    return this.#inChannel(channelId).filter(
      (message) =>
        message.isListed && isVisibleTo(message, userId) && (message.ts === threadTs || message.threadTs === threadTs),
    )
  }

  /** Gives the replies of a root that everyone sees. */
  listReplies(root: Message): Message[] {
    return this.listThread(root.channelId, root.ts, null).filter((message) => message !== root)
  }

  /** Removes a message; a root with replies stays as a tombstone. */
  remove(message: Message): void {
    if (message.threadTs === null && this.listReplies(message).length > 0) {
      Object.assign(message, {
        isTombstone: true,
        text: 'This message was deleted.',
        blocks: [],
        metadata: null,
        pinned: false,
      })
      message.reactions.length = 0
    } else {
      const messages = this.#inChannel(message.channelId)
      messages.splice(messages.indexOf(message), 1)
    }
    this.changed(message)
  }

  #inChannel(channelId: string): Message[] {
    let messages = this.#byChannel.get(channelId)
    if (messages === undefined) this.#byChannel.set(channelId, (messages = []))
    return messages
  }
}

function isVisibleTo(message: Message, userId: string | null): boolean {
  return message.ephemeralFor === null || message.ephemeralFor === userId
}
