import type { App } from '@slack/bolt'
import type { Logger } from '../logger.ts'
import type { Message } from './message.ts'

/** The slash command, as the app's manifest has it. */
export const SLASH_COMMAND = '/migrate'

/** Who typed or pressed something, where, and what: `pause shop`. */
export interface CommandRequest {
  readonly userId: string
  readonly channelId: string
  readonly text: string
}

/** Carries out what was typed; always answers, never throws. */
export type AnswerCommand = (request: CommandRequest) => Promise<Message>

/** Slack shows `operation_timeout` after 3 s without an ack. */
const ACK_WITHIN_MS = 2500

/** What Slack is told to show only to the person who asked. */
export function toEphemeral(message: Message) {
  return {
    response_type: 'ephemeral' as const,
    text: message.text,
    ...(message.blocks === undefined ? {} : { blocks: [...message.blocks] }),
  }
}

/** Registers `/migrate`: the answer goes with the ack, or after it when it takes longer than Slack waits. */
export function registerCommand(app: App, options: { readonly answer: AnswerCommand; readonly log: Logger }): void {
  const { answer, log } = options
  app.command(SLASH_COMMAND, async ({ command, ack, respond }) => {
    const answering = answer({ userId: command.user_id, channelId: command.channel_id, text: command.text })
    const inTime = await withinTime(answering, ACK_WITHIN_MS)
    if (inTime !== null) {
      await ack(toEphemeral(inTime))
      return
    }
    await ack({ response_type: 'ephemeral', text: 'Working on it…' })
    try {
      await respond(toEphemeral(await answering))
    } catch (error) {
      log.error({ reason: error instanceof Error ? error.message : String(error) }, 'answer to a command not delivered')
    }
  })
}

/** @returns the result, or null when it is not there in time */
async function withinTime<Result>(work: Promise<Result>, timeMs: number): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null)
    }, timeMs)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
