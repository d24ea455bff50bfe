import type { ErrorReport } from '../../errors.ts'
import type { Migration } from '../../migration/migration.ts'
import { toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'
import { errorBlocks, errorWords } from './error-lines.ts'

/** A phase stopped and a person must act; the channel sees it and the requester is called. */
export function migrationFailed(view: { readonly migration: Migration; readonly error: ErrorReport }): Message {
  const { name, phase, requesterUserId } = view.migration
  const { message, remedy } = errorWords(view.error)
  const who = mention(requesterUserId)
  return toMessage(`⛔ ${name} stopped in ${phase}. ${message} ${remedy} ${who}`, [
    ...errorBlocks(view.error, `⛔ *${name} stopped in ${phase}.* ${who}, please look:`),
  ])
}
