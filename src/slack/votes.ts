import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { ApprovalSettings } from '../inventory.ts'
import { APPROVE_REACTION, VETO_REACTION, type Voter } from '../migration/quorum.ts'
import type { SlackIdentity } from './identity.ts'
import { isFlyttsMessage, METADATA_TYPE, messageMetadata, type ShownMessage } from './message-metadata.ts'
import { readPerson } from './people.ts'
import { askSlack } from './slack-trouble.ts'

/** Everybody who reacted to one message, as Slack says at one moment. */
export interface BallotReading {
  readonly voters: readonly Voter[]
  /** User ids that may vote: the allow-list and the user group's members; null when everybody of the workspace may. */
  readonly entitled: ReadonlySet<string> | null
  /** What `reactions.get` and `users.info` answered, for the evidence; holds no secret. */
  readonly raw: Readonly<Record<string, unknown>>
  /** Whether the message itself is still the one Flytt posted (its metadata and text were not changed). */
  readonly messageIntact: boolean
}

/** Which message is read, and what must be true of it. */
export interface BallotQuestion {
  readonly channelId: string
  readonly ts: string
  readonly approvals: Pick<ApprovalSettings, 'approvers' | 'userGroup'>
  readonly identity: SlackIdentity
  /** What Flytt recorded of the message; `digests` are the contents it may have at this moment. */
  readonly expected: { readonly migrationId: string; readonly key: string; readonly digests: ReadonlySet<string> }
}

const reactionsAnswer = z.object({
  type: z.literal('message'),
  message: z.looseObject({
    ts: z.string(),
    user: z.string().optional(),
    bot_id: z.string().optional(),
    metadata: messageMetadata.optional(),
    reactions: z.array(z.object({ name: z.string(), users: z.array(z.string()), count: z.number() })).default([]),
  }),
})

/**
 * Reads the votes from Slack, at the moment of decision. Events only say when to look; what counts is read here.
 *
 * @throws {FlyttError} `SLACK_FAILED` on any doubt: a failed call, an answer for another message, a list that is cut short
 * @see docs/adr/0008-approval-quorum-rules.md
 */
export async function readBallots(client: WebClient, question: BallotQuestion): Promise<BallotReading> {
  const message = await readMessage(client, question)
  const reactions = votesOf(message.reactions)
  const entitled = await readEntitled(client, question.approvals)
  const people = await Promise.all(
    [...new Set(reactions.flatMap(({ users }) => users))].map(async (userId) =>
      readPerson(client, userId, question.identity),
    ),
  )
  return {
    // Flytt's own ✅ and ❌ are there to be pressed; they are nobody's vote and need no explanation.
    voters: people
      .filter(({ userId }) => userId !== question.identity.userId)
      .map((person) => ({
        userId: person.userId,
        isBot: person.isBot,
        isGuest: person.isGuest,
        isExternal: person.isExternal,
        isDeactivated: person.isDeactivated,
        reactions: [...new Set(reactions.filter(({ users }) => users.includes(person.userId)).map(({ name }) => name))],
      })),
    entitled,
    raw: {
      ts: message.ts,
      reactions,
      people: people.map(({ raw }) => raw),
      entitled: entitled === null ? null : [...entitled],
    },
    messageIntact: isIntact(message, question),
  }
}

/**
 * Reads who may vote: the inventory's list together with the members of its user group, now.
 *
 * @returns user ids, or null when neither is configured and everybody of the workspace may
 * @throws {FlyttError} `SLACK_FAILED`
 */
export async function readEntitled(
  client: WebClient,
  approvals: Pick<ApprovalSettings, 'approvers' | 'userGroup'>,
): Promise<ReadonlySet<string> | null> {
  const { approvers, userGroup } = approvals
  if (userGroup === undefined) return approvers === undefined ? null : new Set(approvers)
  const answer = await askSlack('usergroups.users.list', async () =>
    client.usergroups.users.list({ usergroup: userGroup }),
  )
  const members = z.array(z.string()).safeParse(answer.users)
  if (!members.success) throw doubt('usergroups.users.list', 'the answer names no members')
  return new Set([...(approvers ?? []), ...members.data])
}

async function readMessage(client: WebClient, { channelId, ts }: BallotQuestion) {
  const answer = await askSlack('reactions.get', async () =>
    client.reactions.get({ channel: channelId, timestamp: ts, full: true }),
  )
  const parsed = reactionsAnswer.safeParse(answer)
  if (!parsed.success || parsed.data.message.ts !== ts)
    throw doubt('reactions.get', 'the answer is not about that message')
  const { message } = parsed.data
  if (message.metadata !== undefined) return message
  // Not every workspace's reactions.get carries the metadata.
  const metadata = await readMetadata(client, channelId, ts)
  return metadata === null ? message : { ...message, metadata }
}

async function readMetadata(
  client: WebClient,
  channelId: string,
  ts: string,
): Promise<z.infer<typeof messageMetadata> | null> {
  const answer = await askSlack('conversations.replies', async () =>
    client.conversations.replies({
      channel: channelId,
      ts,
      oldest: ts,
      latest: ts,
      inclusive: true,
      include_all_metadata: true,
    }),
  )
  const found = (answer.messages ?? []).find((message) => message.ts === ts)
  return messageMetadata.safeParse(found?.metadata).data ?? null
}

type Reaction = z.infer<typeof reactionsAnswer>['message']['reactions'][number]

/** Only the two reactions that mean something, skin tones stripped. A list that is shorter than its count is a doubt. */
function votesOf(
  reactions: readonly Reaction[],
): readonly { readonly name: string; readonly users: readonly string[] }[] {
  return reactions
    .map((reaction) => ({ ...reaction, name: reaction.name.replace(/::skin-tone-[2-6]$/, '') }))
    .filter(({ name }) => name === APPROVE_REACTION || name === VETO_REACTION)
    .map(({ name, users, count }) => {
      if (users.length < count) throw doubt('reactions.get', `only ${users.length} of ${count} people are named`)
      return { name, users }
    })
}

function isIntact(message: ShownMessage, { identity, expected }: BallotQuestion): boolean {
  if (!isFlyttsMessage(message, identity) || message.metadata?.event_type !== METADATA_TYPE) return false
  const { migration, key, digest } = message.metadata.event_payload
  return migration === expected.migrationId && key === expected.key && expected.digests.has(digest)
}

function doubt(method: string, reason: string): FlyttError {
  return new FlyttError('SLACK_FAILED', { context: { method, reason } })
}
