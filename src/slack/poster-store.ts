/** A message that does not stand in Slack as it should. */
export interface OutstandingMessage {
  readonly id: number
  readonly migrationId: string
  readonly channelId: string
  readonly key: string
  readonly place: 'root' | 'thread' | 'broadcast' | 'ephemeral'
  /** The only reader of an ephemeral message. */
  readonly userId: string | null
  readonly wanted: { readonly text: string; readonly blocks?: readonly unknown[] | undefined }
  readonly wantedDigest: string
  readonly postedDigest: string | null
  readonly ts: string | null
  /** Reactions the bot still has to add. */
  readonly reactions: readonly string[]
  readonly attempts: number
  /** The root message's ts; null while the root is not posted. */
  readonly threadTs: string | null
}

/** The record of messages as the poster sees it: the functions of src/state, bound to the state database. */
export interface PosterStore {
  /** What there is to do now, oldest first within a migration; roots before everything. */
  findOutstanding(editEveryMs: number): Promise<readonly OutstandingMessage[]>
  /** Counts an attempt before Slack is called. */
  countAttempt(id: number): Promise<void>
  markPosted(id: number, ts: string | null, digest: string): Promise<void>
  markReacted(id: number): Promise<void>
  postpone(id: number, delayMs: number): Promise<void>
  markRefused(id: number, why: string): Promise<void>
}
