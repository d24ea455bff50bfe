import type { ErrorCode, ErrorReport } from '../../errors.ts'
import { escapeText, truncate } from '../escape.ts'

/** Errors whose own words mention a person or a channel by id; in all others `<@U…>` is only text. */
const MENTIONING: ReadonlySet<ErrorCode> = new Set(['APPROVAL_VETOED', 'BOT_NOT_IN_CHANNEL', 'CHANNEL_NOT_ALLOWED'])

const LONGEST = 1200

/** An error's sentence and remedy, escaped, ready for mrkdwn and for `text`. */
export function errorWords(error: ErrorReport): { readonly message: string; readonly remedy: string } {
  const show = (text: string) => {
    const inert = escapeText(endSentence(truncate(text.trim(), LONGEST)))
    return MENTIONING.has(error.code) ? inert.replace(/&lt;([@#][UWCG][A-Z0-9]+)&gt;/g, '<$1>') : inert
  }
  return { message: show(error.message), remedy: show(error.remedy) }
}

/** What a server said often ends without a full stop, and another sentence follows it. */
function endSentence(text: string): string {
  return /[\p{L}\p{N})"'`]$/u.test(text) ? `${text}.` : text
}

/** An error as three lines: what happened, what to do, its code. */
export function errorLines(error: ErrorReport): readonly string[] {
  const { message, remedy } = errorWords(error)
  return [message, `*What to do:* ${remedy}`, `\`${error.code}\``]
}
