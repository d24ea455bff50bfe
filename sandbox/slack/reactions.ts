import type { Channel } from './channels.ts'
import { normalizeEmoji } from './emoji.ts'
import { nowTs } from './ids.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

export interface ReactionRequest {
  readonly userId: string
  readonly channel: Channel
  readonly ts: string | null
  readonly name: string
  readonly remove: boolean
}

/**
 * Adds or takes back a reaction and sends the event.
 *
 * @throws {SlackError} `message_not_found`, `invalid_name`, `already_reacted`, `no_reaction`
 */
export function react(world: World, { userId, channel, ts, name, remove }: ReactionRequest): void {
  const message = world.messages.require(channel.id, ts)
  const reaction = normalizeEmoji(name)
  if (reaction === null) throw new SlackError('invalid_name')
  const existing = message.reactions.find((candidate) => candidate.name === reaction)
  const hasReacted = existing?.userIds.includes(userId) ?? false
  if (remove) {
    if (existing === undefined || !hasReacted) throw new SlackError('no_reaction')
    existing.userIds.splice(existing.userIds.indexOf(userId), 1)
    if (existing.userIds.length === 0) message.reactions.splice(message.reactions.indexOf(existing), 1)
  } else {
    if (hasReacted) throw new SlackError('already_reacted')
    if (existing === undefined) message.reactions.push({ name: reaction, userIds: [userId] })
    else existing.userIds.push(userId)
  }
  world.messages.changed(message)
  world.events.emit(
    {
      type: remove ? 'reaction_removed' : 'reaction_added',
      user: userId,
      reaction,
      item: { type: 'message', channel: channel.id, ts: message.ts },
      item_user: message.userId,
      event_ts: nowTs(),
    },
    channel,
  )
}
