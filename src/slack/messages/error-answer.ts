import type { ErrorReport } from '../../errors.ts'
import { context, section, toMessage } from '../blocks.ts'
import type { Message } from '../message.ts'
import { errorWords } from './error-lines.ts'

/** Answers what a person typed or pressed: one sentence, what to do, the code. */
export function errorAnswer(error: ErrorReport): Message {
  const { message, remedy } = errorWords(error)
  return toMessage(`${message} ${remedy} (${error.code})`, [
    section(`⚠️ ${message}`, `*What to do:* ${remedy}`),
    context(`Error code ${error.code}`),
  ])
}
