import type { KnownBlock } from '@slack/types'

/** What is posted: `text` is never empty, because notifications and screen readers show only it. */
export interface Message {
  readonly text: string
  readonly blocks?: readonly KnownBlock[]
}
