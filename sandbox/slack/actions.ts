import type { Call } from './calls.ts'
import type { Channel } from './channels.ts'
import type { FaultRequest } from './faults.ts'
import { openHome } from './home.ts'
import { nowTs } from './ids.ts'
import { requirePerson, type InteractionResult } from './interaction-payload.ts'
import type { JsonObject } from './json.ts'
import { toPageMessage } from './message-shape.ts'
import { closeModal, submitModal } from './modals.ts'
import { FLYTT, TEAM, type Role } from './people.ts'
import { pressInMessage, pressInView } from './press.ts'
import { react } from './reactions.ts'
import { ControlError, SlackError } from './slack-error.ts'
import { typeSlashCommand, type SlashResult } from './slash.ts'
import type { View } from './views.ts'
import type { World } from './world.ts'

/** What the sandbox around the workspace tells about its servers and its application. */
export interface Description {
  readonly ready: boolean
  readonly source: { url: string } | null
  readonly target: { url: string } | null
  readonly stateDatabase: { url: string } | null
  readonly application: JsonObject | null
}

export interface Surroundings {
  readonly describe: () => Promise<Description>
  /** Null when there is no application to check. */
  readonly checkApplication: (() => Promise<object>) | null
}

export interface State extends Description {
  readonly teamId: string
  readonly botUserId: string
  readonly channels: { id: string; name: string }[]
  readonly users: { id: string; name: string; role: Role }[]
  readonly connections: number
}

/** A message as the control API shows it. */
export interface PageMessage extends JsonObject {
  readonly ts: string
  readonly threadTs: string | null
  readonly userId: string
  readonly text: string
  readonly blocks: JsonObject[]
  readonly reactions: { name: string; users: string[]; count: number }[]
  readonly files: { id: string; name: string; title: string; mimetype: string; size: number; url: string }[]
  readonly edited: { user: string; ts: string } | null
  readonly pinned: boolean
  readonly broadcast: boolean
  readonly ephemeral: boolean
  readonly metadata: JsonObject | null
  readonly replyCount: number
  readonly latestReply: string | null
}

interface InChannel {
  readonly userId: string
  readonly channelId: string
}

/** Everything a person, a test or the page can do; the control API is these over HTTP. */
export type Actions = ReturnType<typeof createActions>

/** Creates the actions on a workspace. */
export function createActions(world: World, surroundings: Surroundings) {
  return {
    async state(): Promise<State> {
      return {
        teamId: TEAM.id,
        botUserId: FLYTT.userId,
        channels: world.channels.all.map(({ id, name }) => ({ id, name })),
        users: world.people.personas.map(({ id, name, role }) => ({ id, name, role })),
        connections: world.sockets.connectionCount,
        ...(await surroundings.describe()),
      }
    },

    async slash({ userId, channelId, text }: InChannel & { text: string }): Promise<SlashResult> {
      return await typeSlashCommand(world, userId, requireChannel(world, channelId), text)
    },

    react(request: InChannel & { ts: string; name: string; remove?: boolean | undefined }): {
      ok: boolean
      error?: string
    } {
      requirePerson(world, request.userId)
      try {
        react(world, {
          userId: request.userId,
          channel: requireChannel(world, request.channelId),
          ts: request.ts,
          name: request.name,
          remove: request.remove ?? false,
        })
        return { ok: true }
      } catch (error) {
        if (error instanceof SlackError) return { ok: false, error: error.error }
        throw error
      }
    },

    /** Presses in a message (`channelId`, `ts`) or in a modal or Home tab (`viewId`). */
    async press(request: {
      userId: string
      actionId: string
      value?: string | undefined
      channelId?: string | undefined
      ts?: string | undefined
      viewId?: string | undefined
    }): Promise<InteractionResult> {
      if (request.viewId !== undefined) return await pressInView(world, request, request.viewId)
      const channel = requireChannel(world, request.channelId ?? '')
      const message = world.messages.findVisible(channel.id, request.ts ?? '', request.userId)
      if (message === undefined)
        throw new ControlError(404, `There is no message ${request.ts ?? ''} in ${channel.id}.`)
      return await pressInMessage(world, request, message)
    },

    async submit({
      userId,
      viewId,
      values,
    }: {
      userId: string
      viewId: string
      values?: JsonObject | undefined
    }): Promise<InteractionResult> {
      return await submitModal(world, userId, viewId, values ?? {})
    },

    async close({ userId, viewId }: { userId: string; viewId: string }): Promise<{ ackMs: number | null }> {
      return await closeModal(world, userId, viewId)
    },

    views({ userId }: { userId: string }): { views: readonly View[] } {
      return { views: world.views.list(userId) }
    },

    messages({ channelId, threadTs, userId }: MessageFilter): { messages: PageMessage[] } {
      const channel = requireChannel(world, channelId)
      const viewer = userId ?? null
      const messages =
        threadTs === undefined
          ? world.messages.listTopLevel(channel.id, viewer)
          : world.messages.listThread(channel.id, threadTs, viewer)
      return { messages: messages.map((message) => toPageMessage(world.messages, message, world.url) as PageMessage) }
    },

    async home({ userId, open }: { userId: string; open?: boolean | undefined }): Promise<{ view: View | null }> {
      return { view: open === false ? world.views.findHome(userId) : await openHome(world, userId) }
    },

    message({ userId, channelId, threadTs, text }: InChannel & { threadTs?: string | undefined; text: string }): {
      ts: string
    } {
      requirePerson(world, userId)
      const channel = requireChannel(world, channelId)
      if (threadTs !== undefined && world.messages.find(channel.id, threadTs) === undefined) {
        throw new ControlError(404, `There is no thread ${threadTs} in ${channel.id}.`)
      }
      return { ts: world.messages.post({ channelId: channel.id, userId, text, threadTs: threadTs ?? null }).ts }
    },

    /** Brings someone into a channel, or takes them out; Flytt itself without `userId`. */
    membership({
      channelId,
      userId,
      isMember,
    }: {
      channelId: string
      userId?: string | undefined
      isMember: boolean
    }): { ok: true } {
      const channel = requireChannel(world, channelId)
      const memberId = requirePerson(world, userId ?? FLYTT.userId).id
      if (!isMember) channel.memberIds.delete(memberId)
      else if (!channel.memberIds.has(memberId)) {
        channel.memberIds.add(memberId)
        const event = { user: memberId, channel: channel.id, channel_type: 'C', team: TEAM.id, event_ts: nowTs() }
        world.events.emit({ type: 'member_joined_channel', ...event }, channel)
      }
      return { ok: true }
    },

    /** Changes what `users.info` says of a person. */
    person({ userId, ...flags }: { userId: string } & PersonFlags): { ok: true } {
      const person = requirePerson(world, userId)
      person.deleted = flags.deleted ?? person.deleted
      person.isRestricted = flags.isRestricted ?? person.isRestricted
      person.isStranger = flags.isStranger ?? person.isStranger
      return { ok: true }
    },

    /** Changes who is in a user group. */
    userGroup({ groupId, userIds }: { groupId: string; userIds: string[] }): { ok: true } {
      const group = world.people.groups.find(({ id }) => id === groupId)
      if (group === undefined) throw new ControlError(404, `There is no user group ${groupId}.`)
      group.userIds = userIds.map((userId) => requirePerson(world, userId).id)
      return { ok: true }
    },

    fault(request: FaultRequest): { ok: true } {
      switch (request.kind) {
        case 'drop_socket':
          world.sockets.drop(request.count ?? 1)
          break
        case 'refresh':
          world.sockets.requestRefresh(request.count ?? 1)
          break
        case 'down':
          world.faults.arm(request)
          world.sockets.drop(Infinity)
          break
        default:
          world.faults.arm(request)
      }
      return { ok: true }
    },

    clearFaults(): { ok: true } {
      world.faults.clear()
      return { ok: true }
    },

    calls(filter: { method?: string | undefined; since?: string | undefined } = {}): { calls: Call[] } {
      return { calls: world.calls.list(filter) }
    },

    async checkApplication(): Promise<object> {
      if (surroundings.checkApplication === null)
        throw new ControlError(404, 'There is no application in this sandbox.')
      return await surroundings.checkApplication()
    },
  }
}

interface MessageFilter {
  readonly channelId: string
  readonly threadTs?: string | undefined
  readonly userId?: string | undefined
}

interface PersonFlags {
  readonly deleted?: boolean | undefined
  readonly isRestricted?: boolean | undefined
  readonly isStranger?: boolean | undefined
}

function requireChannel(world: World, channelId: string): Channel {
  const channel = world.channels.find(channelId)
  if (channel === undefined) throw new ControlError(404, `There is no channel ${channelId}.`)
  return channel
}
