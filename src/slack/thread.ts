import type { Message } from './message.ts'
import type { BallotReading } from './votes.ts'

/** Where a message goes: a reply in the thread, one that the channel sees too, or one that only a person sees. */
export type Place = 'thread' | 'broadcast' | { readonly onlyFor: string }

/**
 * The thread of one migration, as a phase sees it.
 *
 * Nothing here calls Slack but {@link Thread.readBallots}: messages are recorded and posted by the poster, in order,
 * once per key, so that Slack being down stops no phase.
 */
export interface Thread {
  /** Posts once: a second call with the same key does nothing. */
  post(key: string, message: Message, place?: Place): Promise<void>
  /**
   * Posts, or edits what was posted under the key; edits are coalesced.
   *
   * @param options - `reactions` the bot adds below it once, as a hint what to click; `place` holds from the first time on
   */
  show(
    key: string,
    message: Message,
    options?: { readonly reactions?: readonly string[]; readonly place?: 'thread' | 'broadcast' },
  ): Promise<void>
  /** @returns channel and `ts` of what was posted under the key, or null while it is not posted */
  find(key: string): Promise<{ readonly channelId: string; readonly ts: string } | null>
  /**
   * Reads who reacted to a message, and who these people are, from Slack, now.
   *
   * @throws {FlyttError} `SLACK_FAILED` — any doubt is an error, never an empty answer
   */
  readBallots(ts: string): Promise<BallotReading>
}
