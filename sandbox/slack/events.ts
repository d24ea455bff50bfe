import type { Channel } from './channels.ts'
import type { Faults } from './faults.ts'
import { createId } from './ids.ts'
import type { JsonObject } from './json.ts'
import { FLYTT, TEAM } from './people.ts'
import type { SocketHub } from './sockets.ts'

/** Slack's second, third and fourth try, counted from the failure before. */
export const EVENT_RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000]
/** An event that found no socket is kept as long as Slack would go on trying. */
const HELD_MS = 10 * 60_000

interface PendingEvent {
  readonly payload: JsonObject
  readonly createdAtMs: number
  attempt: number
  reason: string
}

/** Sends events to the app: holds them while no socket is open, and sends again what was not acked. */
export class EventSender {
  readonly #sockets: SocketHub
  readonly #faults: Faults
  readonly #retryDelaysMs: readonly number[]
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #verificationToken: string
  #held: PendingEvent[] = []

  constructor(sockets: SocketHub, faults: Faults, verificationToken: string, retryDelaysMs = EVENT_RETRY_DELAYS_MS) {
    this.#sockets = sockets
    this.#faults = faults
    this.#verificationToken = verificationToken
    this.#retryDelaysMs = retryDelaysMs
  }

  /** Sends an event about a channel, if Flytt is in it, or about a person (channel null). */
  emit(event: JsonObject, channel: Channel | null): void {
    if (channel !== null && !channel.memberIds.has(FLYTT.userId)) return
    const payload = this.#wrap(event, channel)
    if (this.#faults.take('lose_event') !== null) return
    const pending = (attempt: number): PendingEvent => ({
      payload,
      createdAtMs: Date.now(),
      attempt,
      reason: attempt === 0 ? '' : 'timeout',
    })
    const copies = this.#faults.take('duplicate_event') === null ? [pending(0)] : [pending(0), pending(1)]
    const delayMs = (this.#faults.take('delay_event')?.seconds ?? 0) * 1000
    for (const copy of copies) this.#schedule(copy, delayMs)
  }

  /** Sends what was held while no socket was open. */
  flush(): void {
    const held = this.#held.filter((pending) => Date.now() - pending.createdAtMs < HELD_MS)
    this.#held = []
    for (const pending of held) this.#schedule(pending, 0)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#held = []
  }

  #schedule(pending: PendingEvent, delayMs: number): void {
    if (delayMs === 0) {
      void this.#attempt(pending)
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(pending)
    }, delayMs)
    this.#timers.add(timer)
  }

  async #attempt(pending: PendingEvent): Promise<void> {
    const { outcome } = await this.#sockets.send('events_api', pending.payload, {
      acceptsResponsePayload: false,
      endsWithSocket: true,
      retryAttempt: pending.attempt,
      retryReason: pending.reason,
    })
    if (outcome === 'acked') return
    if (outcome === 'no_socket') {
      this.#held.push({ ...pending, attempt: Math.max(1, pending.attempt), reason: 'connection_failed' })
      return
    }
    const delayMs = this.#retryDelaysMs[pending.attempt]
    if (delayMs === undefined) return
    this.#schedule(
      { ...pending, attempt: pending.attempt + 1, reason: outcome === 'timeout' ? 'timeout' : 'connection_failed' },
      delayMs,
    )
  }

  #wrap(event: JsonObject, channel: Channel | null): JsonObject {
    return {
      token: this.#verificationToken,
      team_id: TEAM.id,
      context_team_id: TEAM.id,
      context_enterprise_id: null,
      api_app_id: FLYTT.appId,
      event,
      type: 'event_callback',
      event_id: createId('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: TEAM.id, user_id: FLYTT.userId, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: channel?.isExternallyShared ?? false,
      event_context: createId('4-', 40),
    }
  }
}
