import type { App } from '@slack/bolt'
import type { Logger } from '../../logger.ts'
import { APPROVE_REACTION, VETO_REACTION } from '../../migration/quorum.ts'
import type { PhaseQueue } from '../../queue/phase-queue.ts'
import { addEvent, claimEvent } from '../../state/event-log.ts'
import { findByTs } from '../../state/message-store.ts'
import { findMigrationById } from '../../state/migration-store.ts'
import type { StateDatabase } from '../../state/state-database.ts'

/** What handling events needs. */
export interface EventParts {
  readonly state: StateDatabase
  readonly queue: PhaseQueue
  readonly log: Logger
}

/** A reaction that came or went, as Slack tells it. */
export interface ReactionEvent {
  readonly eventId: string
  readonly kind: 'reaction-added' | 'reaction-removed'
  readonly userId: string
  /** With its skin tone, if it has one. */
  readonly reaction: string
  readonly channelId: string
  readonly ts: string
}

/**
 * Registers reactions coming and going.
 *
 * An event is only a hint to look: what counts is read from Slack when it is decided (src/slack/votes.ts).
 */
export function registerReactions(app: App, parts: EventParts): void {
  app.event('reaction_added', async ({ event, body }) => {
    await noteReaction(parts, {
      eventId: body.event_id,
      kind: 'reaction-added',
      userId: event.user,
      reaction: event.reaction,
      channelId: event.item.channel,
      ts: event.item.ts,
    })
  })
  app.event('reaction_removed', async ({ event, body }) => {
    await noteReaction(parts, {
      eventId: body.event_id,
      kind: 'reaction-removed',
      userId: event.user,
      reaction: event.reaction,
      channelId: event.item.channel,
      ts: event.item.ts,
    })
  })
}

/**
 * Notes a vote that came or went on one of Flytt's messages and lets the waiting phase look again.
 *
 * The event log has it too, because a cutover that has begun may not call Slack any more.
 */
export async function noteReaction({ state, queue, log }: EventParts, event: ReactionEvent): Promise<void> {
  const reaction = event.reaction.replace(/::skin-tone-[2-6]$/, '')
  if (reaction !== APPROVE_REACTION && reaction !== VETO_REACTION) return
  const found = await findByTs(state, event.channelId, event.ts)
  if (found === null) return
  const migration = await findMigrationById(state, found.migrationId)
  if (migration === null || !(await claimEvent(state, event.eventId))) return
  await addEvent(state, {
    migrationId: migration.id,
    kind: event.kind,
    userId: event.userId,
    detail: { key: found.key, ts: event.ts, reaction },
  })
  if (migration.status !== 'running' || migration.phase !== 'approval') return
  try {
    await queue.wake(migration)
  } catch (error) {
    // The phase looks by itself every few seconds.
    log.warn(
      { migrationId: migration.id, reason: error instanceof Error ? error.message : String(error) },
      'phase not woken',
    )
  }
}
