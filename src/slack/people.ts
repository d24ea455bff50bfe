import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { SlackIdentity } from './identity.ts'
import { askSlack } from './slack-trouble.ts'

const flag = z.boolean().optional().default(false)

const userAnswer = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  deleted: flag,
  is_bot: flag,
  is_app_user: flag,
  is_workflow_bot: flag,
  is_connector_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  enterprise_user: z.object({ enterprise_id: z.string().optional() }).optional(),
})

/** What Slack says of a person at one moment. */
export interface Person {
  readonly userId: string
  readonly isBot: boolean
  readonly isGuest: boolean
  /** Of another workspace or organisation. */
  readonly isExternal: boolean
  readonly isDeactivated: boolean
  /** The flags as Slack gave them, for the evidence. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** The one bot that `users.info` does not call one. */
const SLACKBOT = 'USLACKBOT'

/**
 * Reads who somebody is, now: never from a cache, because people are deactivated.
 *
 * @throws {FlyttError} `SLACK_FAILED`, an answer that lacks a flag's object included
 */
export async function readPerson(client: WebClient, userId: string, identity: SlackIdentity): Promise<Person> {
  const answer = await askSlack('users.info', async () => client.users.info({ user: userId }))
  const parsed = userAnswer.safeParse(answer.user)
  if (!parsed.success || parsed.data.id !== userId) {
    throw new FlyttError('SLACK_FAILED', {
      context: { method: 'users.info', reason: 'the answer is not about that person' },
    })
  }
  const user = parsed.data
  return {
    userId,
    isBot: user.is_bot || user.is_app_user || user.is_workflow_bot || user.is_connector_bot || userId === SLACKBOT,
    isGuest: user.is_restricted || user.is_ultra_restricted,
    isExternal: user.is_stranger || !isOurs(user, identity),
    isDeactivated: user.deleted,
    raw: user,
  }
}

/** Of this workspace, or of another one of the same Enterprise Grid. An answer without a team is nobody of ours. */
function isOurs(user: z.infer<typeof userAnswer>, identity: SlackIdentity): boolean {
  if (user.team_id === identity.teamId) return true
  return identity.enterpriseId !== null && user.enterprise_user?.enterprise_id === identity.enterpriseId
}
