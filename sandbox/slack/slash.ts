import { postAnswer } from './answers.ts'
import type { Channel } from './channels.ts'
import { requirePerson, toResult } from './interaction-payload.ts'
import { objectsOf, stringOf, type JsonObject } from './json.ts'
import { FLYTT, TEAM } from './people.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

const COMMAND = '/migrate'

/** What a person sees after typing a command. */
export interface SlashResult {
  readonly ackMs: number | null
  readonly response: { ts: string; response_type: string; text: string; blocks: JsonObject[] } | null
  readonly error?: string
  /** Where the app's answer breaks Slack's limits. */
  readonly detail?: JsonObject
}

/** Types a slash command: sends it to the app and shows the answer. @param text - with or without `/migrate` in front */
export async function typeSlashCommand(
  world: World,
  userId: string,
  channel: Channel,
  text: string,
): Promise<SlashResult> {
  const person = requirePerson(world, userId)
  const responseUrl = world.responseUrls.create({ userId, channelId: channel.id, messageTs: null, threadTs: null })
  const delivery = await world.sockets.send(
    'slash_commands',
    {
      token: world.verificationToken,
      team_id: TEAM.id,
      team_domain: TEAM.domain,
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: person.id,
      user_name: person.handle,
      command: COMMAND,
      text: text.replace(/^\s*\/migrate(?=\s|$)/, '').trim(),
      api_app_id: FLYTT.appId,
      is_enterprise_install: 'false',
      response_url: `${world.url}/response/${responseUrl.id}`,
      trigger_id: world.triggers.create(person.id),
    },
    { acceptsResponsePayload: true, endsWithSocket: false },
  )
  const { ackMs, response, error } = toResult(delivery)
  if (error !== undefined || response === null)
    return { ackMs, response: null, ...(error === undefined ? {} : { error }) }
  try {
    responseUrl.answerTs = postAnswer(world, responseUrl, response, { isListed: false }).ts
  } catch (fault) {
    if (fault instanceof SlackError) {
      return {
        ackMs,
        response: null,
        error: 'invalid_command_response',
        detail: { error: fault.error, ...fault.detail },
      }
    }
    throw fault
  }
  return {
    ackMs,
    response: {
      ts: responseUrl.answerTs,
      response_type: stringOf(response, 'response_type') ?? 'ephemeral',
      text: stringOf(response, 'text') ?? '',
      blocks: objectsOf(response['blocks']),
    },
  }
}
