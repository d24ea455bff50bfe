import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logger.ts'
import { MINUTE_MS, SECOND_MS } from '../units.ts'
import { deliverMessage, type Delivery } from './deliver-message.ts'
import { createIdentityReader } from './identity.ts'
import type { OutstandingMessage, PosterStore } from './poster-store.ts'
import { classifyTrouble, troubleReason, type SlackTrouble } from './slack-trouble.ts'

/** What the poster works with. */
export interface PosterOptions {
  /** A client of its own: retries 0, calls that are limited rejected. */
  readonly client: Delivery['client']
  readonly store: PosterStore
  readonly log: Logger
  /** A message is edited at most so often, in ms. */
  readonly editEveryMs?: number
  /** How often the record is looked at, in ms. */
  readonly tickMs?: number
  /** Of all processes only one may post at a time; asked before each look. */
  readonly isLeader?: () => boolean
}

/** A running poster. */
export interface Poster {
  /** Ends it; a call that is under way may end first, for at most 5 s. */
  stop(): Promise<void>
  /** Looks and posts until nothing is left that can be done now, for at most `deadlineMs`. */
  drain(deadlineMs?: number): Promise<void>
}

/** Slack's words for "not in this channel, not with this token": a person mends it, and then everything is posted. */
const PERSON_MUST_MEND: ReadonlySet<string> = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'missing_scope',
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'no_permission',
  'access_denied',
  'ekm_access_denied',
  'team_access_not_granted',
])

const SLOW_RETRY_MS = MINUTE_MS
const LONGEST_BACK_OFF_MS = 30 * SECOND_MS
const STOP_DEADLINE_MS = 5 * SECOND_MS

/**
 * Starts posting what is recorded: in order within a migration, each message once, migrations independent of each other.
 *
 * Slack being down delays messages and stops nothing.
 */
export function startPoster(options: PosterOptions): Poster {
  const { client, store, log, editEveryMs = 5 * SECOND_MS, tickMs = 300, isLeader = () => true } = options
  const delivery: Delivery = { client, store, log, identity: createIdentityReader(client) }
  const stopping = new AbortController()
  const busy = new Map<string, Promise<void>>()
  /** Migrations that met trouble wait as a whole, or their messages would come out of order. */
  const heldUntil = new Map<string, number>()
  let looking: Promise<number> = Promise.resolve(0)
  const loop = run()

  return {
    async stop() {
      stopping.abort()
      await Promise.race([Promise.all([loop, ...busy.values()]), delay(STOP_DEADLINE_MS, undefined, { ref: false })])
    },
    async drain(deadlineMs = 10 * SECOND_MS) {
      const deadline = Date.now() + deadlineMs
      do {
        await Promise.all(busy.values())
        if ((await look()) === 0 && busy.size === 0) return
      } while (Date.now() < deadline)
    },
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (isLeader()) await look()
      } catch (error) {
        log.warn({ reason: troubleReason(classifyTrouble(error)) }, 'messages cannot be read')
      }
      await delay(tickMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  /** Looks take turns: what another one began meanwhile would be done a second time. */
  async function look(): Promise<number> {
    const turn = looking.then(beginWork, beginWork)
    looking = turn
    return turn
  }

  /** Begins what can be done now. @returns for how many migrations there is work that is not held */
  async function beginWork(): Promise<number> {
    // What is worked on while the record is read comes out of it as it was before that work.
    const stale = new Set(busy.keys())
    const groups = groupByMigration(await store.findOutstanding(editEveryMs))
    let workable = 0
    for (const [migrationId, messages] of groups) {
      if (stale.has(migrationId)) {
        workable += 1
        continue
      }
      const heldMs = (heldUntil.get(migrationId) ?? 0) - Date.now()
      if (heldMs <= 0) workable += 1
      const work = heldMs > 0 ? hold(messages, heldMs) : deliverInOrder(messages)
      busy.set(
        migrationId,
        work
          .catch((error: unknown) => {
            log.warn({ migrationId, reason: troubleReason(classifyTrouble(error)) }, 'messages cannot be recorded')
          })
          .finally(() => busy.delete(migrationId)),
      )
    }
    return workable
  }

  async function deliverInOrder(messages: readonly OutstandingMessage[]): Promise<void> {
    for (const [index, message] of messages.entries()) {
      if (stopping.signal.aborted || !isLeader()) return
      try {
        await deliverMessage(delivery, message)
      } catch (error) {
        const waitMs = await meet(classifyTrouble(error), message)
        if (waitMs > 0) {
          heldUntil.set(message.migrationId, Date.now() + waitMs)
          await hold(messages.slice(index), waitMs)
          return
        }
      }
    }
    const [first] = messages
    if (first !== undefined) heldUntil.delete(first.migrationId)
  }

  /** Postpones in the record too, so that messages that cannot go out do not crowd out those that can. */
  async function hold(messages: readonly OutstandingMessage[], waitMs: number): Promise<void> {
    for (const { id } of messages) await store.postpone(id, waitMs)
  }

  /** Decides what a failed attempt means. @returns how long the migration's messages wait, 0 when the message is given up */
  async function meet(trouble: SlackTrouble, message: OutstandingMessage): Promise<number> {
    const facts = { migrationId: message.migrationId, key: message.key, reason: troubleReason(trouble) }
    switch (trouble.kind) {
      case 'rate-limited':
        log.debug(facts, 'slack asks for patience')
        return Math.max(SECOND_MS, trouble.retryAfterMs)
      case 'unclear':
        log.warn(facts, 'slack not reached, trying again')
        return Math.min(LONGEST_BACK_OFF_MS, 500 * 2 ** Math.min(10, message.attempts))
      case 'refused':
        // Without its root the whole thread would stay silent, so a root is never given up.
        if (message.place !== 'ephemeral' && (message.place === 'root' || PERSON_MUST_MEND.has(trouble.error))) {
          log.error(facts, 'slack refuses messages, somebody must mend it')
          return SLOW_RETRY_MS
        }
        log.error(facts, 'slack refuses a message for good')
        await store.markRefused(message.id, trouble.error)
        return 0
    }
  }
}

function groupByMigration(messages: readonly OutstandingMessage[]): ReadonlyMap<string, readonly OutstandingMessage[]> {
  const groups = new Map<string, OutstandingMessage[]>()
  for (const message of messages) {
    const group = groups.get(message.migrationId)
    if (group === undefined) groups.set(message.migrationId, [message])
    else group.push(message)
  }
  return groups
}
