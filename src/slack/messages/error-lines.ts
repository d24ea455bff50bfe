import type { KnownBlock } from '@slack/types'
import type { ErrorCode, ErrorReport } from '../../errors.ts'
import { context, section } from '../blocks.ts'
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

/** An error as blocks: what happened and what to do below the lines given, and in small print its code. */
export function errorBlocks(error: ErrorReport, ...before: readonly string[]): readonly KnownBlock[] {
  const { message, remedy } = errorWords(error)
  return [section(...before, message, `*What to do:* ${remedy}`), context(`Error code ${error.code}`)]
}
