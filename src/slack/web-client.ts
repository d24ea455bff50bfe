import { WebClient } from '@slack/web-api'
import type { Logger } from '../logger.ts'
import type { Secret } from '../secret.ts'
import { toSlackLogger } from './slack-logger.ts'

/** A client of Slack's Web API; other folders name it by this. */
export type SlackClient = WebClient

/** How to reach Slack's Web API. */
export interface WebClientSettings {
  readonly token: Secret
  /** Null for Slack itself. */
  readonly apiUrl: string | null
  readonly log: Logger
  /** After so long a call counts as failed, in ms. */
  readonly timeoutMs?: number
}

/**
 * Makes a client of Slack's Web API that never waits and never repeats by itself: its user decides.
 *
 * A 429 stops a client's whole queue, so the poster, the votes and the commands each have their own.
 */
export function createWebClient(settings: WebClientSettings): SlackClient {
  return new WebClient(settings.token.reveal(), {
    ...(settings.apiUrl === null ? {} : { slackApiUrl: settings.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: settings.timeoutMs ?? 10_000,
    logger: toSlackLogger(settings.log),
  })
}
