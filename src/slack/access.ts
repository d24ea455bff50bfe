import type { WebClient } from '@slack/web-api'
import { FlyttError } from '../errors.ts'
import type { SlackIdentity } from './identity.ts'
import { readPerson } from './people.ts'
import { askSlack } from './slack-trouble.ts'

/** What is asked of Slack before a command is carried out; the only way to it is {@link requireAccess}. */
export interface SlackLookups {
  readChannel(channelId: string): Promise<{ readonly isShared: boolean; readonly isMember: boolean }>
  readPerson(userId: string): Promise<{
    readonly isBot: boolean
    readonly isGuest: boolean
    readonly isExternal: boolean
    readonly isDeactivated: boolean
  }>
}

/** Makes the look-ups; each asks Slack anew, since people leave and channels become shared. */
export function createLookups(client: WebClient, identity: SlackIdentity): SlackLookups {
  return {
    async readChannel(channelId) {
      const { channel } = await askSlack('conversations.info', async () =>
        client.conversations.info({ channel: channelId }),
      )
      if (channel?.id !== channelId) {
        throw new FlyttError('SLACK_FAILED', {
          context: { method: 'conversations.info', reason: 'the answer is not about that channel' },
        })
      }
      return {
        isShared: channel.is_ext_shared === true || channel.is_pending_ext_shared === true,
        isMember: channel.is_member === true,
      }
    },
    readPerson: async (userId) => readPerson(client, userId, identity),
  }
}

/** Who asks, from where, and whether it would change anything. */
export interface AccessQuestion {
  readonly userId: string
  readonly channelId: string
  /** Channels of the inventory. */
  readonly channels: readonly string[]
  readonly wants: 'read' | 'change'
}

/**
 * Decides whether somebody may do something here: the one check for everything that is typed and pressed.
 *
 * @throws {FlyttError} `CHANNEL_NOT_ALLOWED`, `CHANNEL_SHARED`, `BOT_NOT_IN_CHANNEL`, `USER_NOT_ALLOWED`;
 *   `SLACK_FAILED` when Slack cannot be asked: then nobody may
 */
export async function requireAccess(lookups: SlackLookups, question: AccessQuestion): Promise<void> {
  const { userId, channelId, channels, wants } = question
  if (!channels.includes(channelId)) {
    throw new FlyttError('CHANNEL_NOT_ALLOWED', {
      context: { channels: channels.map((id) => `<#${id}>`).join(' or ') },
    })
  }
  const [channel, person] = await Promise.all([lookups.readChannel(channelId), lookups.readPerson(userId)])
  if (channel.isShared) throw new FlyttError('CHANNEL_SHARED')
  if (person.isExternal) throw notAllowed('People of another organisation')
  if (person.isDeactivated) throw notAllowed('Deactivated accounts')
  if (wants === 'read') return
  if (person.isBot) throw notAllowed('Bots')
  if (person.isGuest) throw notAllowed('Guests')
  if (!channel.isMember) throw new FlyttError('BOT_NOT_IN_CHANNEL', { context: { channelId } })
}

function notAllowed(kind: string): FlyttError {
  return new FlyttError('USER_NOT_ALLOWED', { context: { kind } })
}
