import { setTimeout as delay } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import { FlyttError } from '../errors.ts'
import type { ApprovalSettings } from '../inventory.ts'
import type { SlackIdentity } from './identity.ts'
import type { Message } from './message.ts'
import type { Place, Thread } from './thread.ts'
import { readBallots, type BallotReading } from './votes.ts'

/** A message of one migration, as it is recorded. */
export interface RecordedMessage {
  readonly key: string
  readonly place: 'thread' | 'broadcast' | 'ephemeral'
  /** The only reader of an ephemeral message. */
  readonly userId?: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  readonly reactions?: readonly string[]
}

/** The record of one migration's messages: the functions of src/state, bound to it. */
export interface ThreadStore {
  readonly migrationId: string
  /** `once`: a second one with the same key is ignored; `edit`: it replaces what was wanted before. */
  record(message: RecordedMessage, mode: 'once' | 'edit'): Promise<void>
  findPosted(key: string): Promise<{ readonly channelId: string; readonly ts: string } | null>
  /** @returns the message's key and the digests it may have in Slack at this moment, or null when it is not ours */
  findDigests(
    ts: string,
  ): Promise<{ readonly channelId: string; readonly key: string; readonly digests: readonly string[] } | null>
}

/** What a thread needs; `client` is one of its own for votes, so that no cosmetic edit delays a decision. */
export interface ThreadParts {
  readonly store: ThreadStore
  readonly client: WebClient
  readonly identity: () => Promise<SlackIdentity>
  readonly approvals: Pick<ApprovalSettings, 'approvers' | 'userGroup'>
}

/** An edit that is on its way makes Slack and the record differ for a moment. */
const LOOKS = 4
const BETWEEN_LOOKS_MS = 250

/** Makes the thread of one migration over the record of its messages. */
export function createThread({ store, client, identity, approvals }: ThreadParts): Thread {
  return {
    async post(key, message, place = 'thread') {
      await store.record({ key, ...placeOf(place), ...contentOf(message) }, 'once')
    },
    async show(key, message, options = {}) {
      const { reactions, place = 'thread' } = options
      await store.record(
        { key, place, ...contentOf(message), ...(reactions === undefined ? {} : { reactions }) },
        'edit',
      )
    },
    async find(key) {
      return store.findPosted(key)
    },
    async readBallots(ts) {
      let reading = await read(ts)
      for (let look = 1; look < LOOKS && !reading.messageIntact; look += 1) {
        await delay(BETWEEN_LOOKS_MS)
        reading = await read(ts)
      }
      return reading
    },
  }

  async function read(ts: string): Promise<BallotReading> {
    const recorded = await store.findDigests(ts)
    if (recorded === null) {
      throw new FlyttError('SLACK_FAILED', {
        context: { method: 'reactions.get', reason: `no message of ${store.migrationId} stands at ${ts}` },
      })
    }
    return readBallots(client, {
      channelId: recorded.channelId,
      ts,
      approvals,
      identity: await identity(),
      expected: { migrationId: store.migrationId, key: recorded.key, digests: new Set(recorded.digests) },
    })
  }
}

function placeOf(place: Place): Pick<RecordedMessage, 'place' | 'userId'> {
  return typeof place === 'string' ? { place } : { place: 'ephemeral', userId: place.onlyFor }
}

function contentOf(message: Message): Pick<RecordedMessage, 'text' | 'blocks'> {
  return { text: message.text, ...(message.blocks === undefined ? {} : { blocks: message.blocks }) }
}
