import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { FlyttError } from '../errors.ts'
import { SECOND_MS } from '../units.ts'

/**
 * Why a call to Slack did not work.
 *
 * `rate-limited` not applied, later · `unclear` network, time-out or Slack's own fault: it may have been applied ·
 * `refused` Slack understood it and said no, `error` is its word for it
 */
export type SlackTrouble =
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  | { readonly kind: 'unclear'; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: string }

/** Slack's words for "my fault, try again". */
const SLACKS_FAULT: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
])
const RATE_LIMITED: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])

/** Tells what a failed call to Slack means. */
export function classifyTrouble(thrown: unknown): SlackTrouble {
  if (thrown instanceof WebAPIRateLimitedError)
    return { kind: 'rate-limited', retryAfterMs: thrown.retryAfter * SECOND_MS }
  if (thrown instanceof WebAPIPlatformError) {
    const { error } = thrown.data
    if (RATE_LIMITED.has(error)) return { kind: 'rate-limited', retryAfterMs: 30 * SECOND_MS }
    return SLACKS_FAULT.has(error) ? { kind: 'unclear', reason: error } : { kind: 'refused', error }
  }
  return { kind: 'unclear', reason: thrown instanceof Error ? thrown.message : String(thrown) }
}

/** Says in a few words why a call to Slack did not work. */
export function troubleReason(trouble: SlackTrouble): string {
  switch (trouble.kind) {
    case 'rate-limited':
      return `too many calls, again in ${Math.ceil(trouble.retryAfterMs / SECOND_MS)} s`
    case 'unclear':
      return trouble.reason
    case 'refused':
      return trouble.error
  }
}

/**
 * Calls Slack and makes a FlyttError of any failure.
 *
 * @throws {FlyttError} `SLACK_FAILED` with the method and Slack's reason
 */
export async function askSlack<Answer>(method: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    throw new FlyttError('SLACK_FAILED', {
      context: { method, reason: troubleReason(classifyTrouble(error)) },
      cause: error,
    })
  }
}
