import type { WebClient } from '@slack/web-api'
import { FlyttError } from '../errors.ts'
import { askSlack, classifyTrouble } from './slack-trouble.ts'

/** Who Flytt is in Slack. */
export interface SlackIdentity {
  readonly teamId: string
  /** The organisation of an Enterprise Grid; null elsewhere. */
  readonly enterpriseId: string | null
  readonly userId: string
  readonly botId: string
  /** Address of the workspace, with a slash at its end. */
  readonly url: string
}

/**
 * Asks Slack who the bot token belongs to.
 *
 * @throws {FlyttError} `SLACK_LOGIN_REFUSED` when the token is not good; `SLACK_FAILED` when Slack did not answer
 */
export async function readIdentity(client: WebClient): Promise<SlackIdentity> {
  const answer = await askSlack('auth.test', async () => client.auth.test()).catch((error: unknown) => {
    const trouble = error instanceof FlyttError ? classifyTrouble(error.cause) : classifyTrouble(error)
    if (trouble.kind !== 'refused') throw error
    throw loginRefused(trouble.error, error)
  })
  const { team_id: teamId, user_id: userId, bot_id: botId, url, enterprise_id: enterpriseId } = answer
  if (teamId === undefined || userId === undefined || botId === undefined)
    throw loginRefused('it is not a bot token', answer)
  return { teamId, userId, botId, enterpriseId: enterpriseId ?? null, url: url ?? '' }
}

/** Reads the identity at its first use and remembers it; a failure is not remembered. */
export function createIdentityReader(client: WebClient): () => Promise<SlackIdentity> {
  let known: Promise<SlackIdentity> | null = null
  return async () => {
    known ??= readIdentity(client)
    try {
      return await known
    } catch (error) {
      known = null
      throw error
    }
  }
}

function loginRefused(reason: string, cause: unknown): FlyttError {
  return new FlyttError('SLACK_LOGIN_REFUSED', { context: { variable: 'SLACK_BOT_TOKEN', reason }, cause })
}
