import { asFlyttError, FlyttError } from '../src/errors.ts'
import { requireAccess } from '../src/slack/access.ts'
import type { AnswerCommand, CommandRequest } from '../src/slack/command.ts'
import type { Message } from '../src/slack/message.ts'
import { errorAnswer } from '../src/slack/messages/error-answer.ts'
import { findNearestWord } from './nearest-word.ts'
import type { CommandContext, Subcommand } from './subcommand.ts'
import { SUBCOMMANDS } from './subcommands.ts'

/** Nothing that can be typed is longer; what is longer is not read. */
const LONGEST_TEXT = 300

/**
 * Makes the one function behind everything that is typed and pressed: access, grammar, the subcommand, an answer always.
 */
export function createAnswerCommand(parts: Omit<CommandContext, 'userId' | 'channelId'>): AnswerCommand {
  return async (request) => {
    try {
      return await carryOut(parts, request)
    } catch (thrown) {
      const error = asAnswerable(thrown)
      const facts = { code: error.code, userId: request.userId, channelId: request.channelId }
      if (error.code === 'INTERNAL') parts.log.error({ ...facts, error: thrown }, 'command failed')
      else parts.log.info(facts, 'command refused')
      return errorAnswer(error.report())
    }
  }
}

async function carryOut(
  parts: Omit<CommandContext, 'userId' | 'channelId'>,
  { userId, channelId, text }: CommandRequest,
): Promise<Message> {
  const [first = 'help', ...words] = text.slice(0, LONGEST_TEXT).trim().split(/\s+/).filter(Boolean)
  const subcommand = SUBCOMMANDS.get(first.toLowerCase())
  const wants = subcommand?.wants ?? 'read'
  await requireAccess(parts.lookups, { userId, channelId, channels: parts.inventory.channels, wants })
  if (subcommand === undefined) throw unknownCommand(first, words)
  return subcommand.run({ ...parts, userId, channelId }, words)
}

function unknownCommand(word: string, words: readonly string[]): FlyttError {
  const nearest = findNearestWord(word, SUBCOMMANDS.keys())
  const meant: Subcommand | undefined = nearest === null ? undefined : SUBCOMMANDS.get(nearest)
  return new FlyttError('COMMAND_UNKNOWN', {
    context: { word },
    ...(meant === undefined
      ? {}
      : {
          remedy: `Did you mean \`/migrate ${[meant.name, ...words.slice(0, 1)].join(' ')}\`? \`/migrate help\` shows everything.`,
        }),
  })
}

/** Socket errors of Node, and SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown). */
const STATE_IS_AWAY =
  /^(ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|08\w{3}|53\w{3}|57P\w{2})$/

function asAnswerable(thrown: unknown): FlyttError {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown }
  if (thrown instanceof FlyttError || typeof code !== 'string' || !STATE_IS_AWAY.test(code)) return asFlyttError(thrown)
  // The message of an error for several addresses is empty.
  const reason = typeof message === 'string' && message !== '' ? message : code
  return new FlyttError('STATE_UNREACHABLE', { context: { reason }, cause: thrown })
}
