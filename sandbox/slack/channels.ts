import type { JsonObject } from './json.ts'
import { FLYTT, PARTNER_TEAM_ID, TEAM } from './people.ts'
import { SlackError } from './slack-error.ts'

/** A channel and who is in it. */
export interface Channel {
  readonly id: string
  readonly name: string
  readonly isExternallyShared: boolean
  isArchived: boolean
  readonly memberIds: Set<string>
}

const EVERYONE = ['U0OPERATOR', 'U0ADA', 'U0BJORN', 'U0CHEN']

/** The channels of the workspace. Flytt is in all but #random, which shows `not_in_channel`. */
export class Channels {
  readonly all: readonly Channel[] = [
    createChannel('C0MIGRATE', 'migrate', [...EVERYONE, 'U0GUEST', 'U0OTHERBOT', FLYTT.userId]),
    createChannel('C0RANDOM', 'random', [...EVERYONE, 'U0GUEST']),
    {
      ...createChannel('C0SHARED', 'shared-with-partner', [...EVERYONE, 'U0EXTERN', FLYTT.userId]),
      isExternallyShared: true,
    },
  ]

  /** Finds a channel by id or by name with or without `#`. */
  find(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, '')
    return this.all.find((channel) => channel.id === idOrName || channel.name === name)
  }

  /** @throws {SlackError} `channel_not_found` */
  require(idOrName: string | null): Channel {
    const channel = idOrName === null ? undefined : this.find(idOrName)
    if (channel === undefined) throw new SlackError('channel_not_found')
    return channel
  }

  /** @throws {SlackError} `channel_not_found`, `not_in_channel`, `is_archived` */
  requireWritable(idOrName: string | null): Channel {
    const channel = this.requireJoined(idOrName)
    if (channel.isArchived) throw new SlackError('is_archived')
    return channel
  }

  /** @throws {SlackError} `channel_not_found`, `not_in_channel` */
  requireJoined(idOrName: string | null): Channel {
    const channel = this.require(idOrName)
    if (!channel.memberIds.has(FLYTT.userId)) throw new SlackError('not_in_channel')
    return channel
  }
}

/** Writes a channel as `conversations.info` does. */
export function toSlackChannel(channel: Channel): JsonObject {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: false,
    is_member: channel.memberIds.has(FLYTT.userId),
    is_archived: channel.isArchived,
    is_shared: channel.isExternallyShared,
    is_ext_shared: channel.isExternallyShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    connected_team_ids: channel.isExternallyShared ? [PARTNER_TEAM_ID] : [],
    context_team_id: TEAM.id,
    creator: 'U0OPERATOR',
    created: 1_700_000_000,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}

function createChannel(id: string, name: string, memberIds: string[]): Channel {
  return { id, name, isExternallyShared: false, isArchived: false, memberIds: new Set(memberIds) }
}
