import { ApiArguments } from './api-arguments.ts'
import { type JsonObject } from './json.ts'
import { MAX_POST_CHARACTERS, readContent } from './message-content.ts'
import type { Message } from './messages.ts'
import { FLYTT } from './people.ts'
import type { ResponseUrl } from './response-urls.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

/** Posts what the app answers to a command or a click: for that person only unless it says `in_channel`. */
export function postAnswer(
  world: World,
  origin: Pick<ResponseUrl, 'userId' | 'channelId' | 'threadTs'>,
  answer: JsonObject,
  { isListed = true }: { isListed?: boolean } = {},
): Message {
  const args = new ApiArguments(answer)
  const content = readContent(args, MAX_POST_CHARACTERS)
  const isForAll = answer['response_type'] === 'in_channel'
  return world.messages.post({
    channelId: origin.channelId,
    userId: FLYTT.userId,
    isByFlytt: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    metadata: content.metadata ?? null,
    threadTs: args.text('thread_ts') ?? origin.threadTs,
    ephemeralFor: isForAll ? null : origin.userId,
    isListed: isForAll || isListed,
  })
}

/** Takes what the app sends to a response_url. @returns the HTTP status and body Slack answers with */
export function answerResponseUrl(
  world: World,
  id: string,
  answer: JsonObject | null,
): { status: number; body: unknown } {
  const responseUrl = world.responseUrls.use(id)
  if (typeof responseUrl === 'string') return { status: 404, body: { ok: false, error: responseUrl } }
  if (answer === null) return { status: 400, body: { ok: false, error: 'invalid_payload' } }
  try {
    applyAnswer(world, responseUrl, answer)
    return { status: 200, body: 'ok' }
  } catch (error) {
    if (error instanceof SlackError) return { status: 400, body: { ok: false, error: error.error, ...error.detail } }
    throw error
  }
}

function applyAnswer(world: World, responseUrl: ResponseUrl, answer: JsonObject): void {
  const args = new ApiArguments(answer)
  const originalTs = responseUrl.answerTs ?? responseUrl.messageTs
  const original =
    originalTs === null ? undefined : world.messages.findVisible(responseUrl.channelId, originalTs, responseUrl.userId)
  if (args.isSet('delete_original')) {
    if (original?.isByFlytt !== true) throw new SlackError('message_not_found')
    world.messages.remove(original)
    return
  }
  if (args.isSet('replace_original') && original?.isByFlytt === true) {
    const content = readContent(args, MAX_POST_CHARACTERS)
    original.isListed = true
    original.text = content.text ?? ''
    original.blocks = content.blocks ?? []
    if (content.metadata !== undefined) original.metadata = content.metadata
    world.messages.changed(original)
    return
  }
  responseUrl.answerTs = postAnswer(world, responseUrl, answer).ts
}
