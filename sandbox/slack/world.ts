import type { CallLog } from './calls.ts'
import type { Changes } from './changes.ts'
import type { Channels } from './channels.ts'
import type { EventSender } from './events.ts'
import type { Faults } from './faults.ts'
import type { FileStore } from './files.ts'
import type { MessageStore } from './messages.ts'
import type { People } from './people.ts'
import type { RateLimits } from './rate-limits.ts'
import type { ResponseUrls } from './response-urls.ts'
import type { SocketHub } from './sockets.ts'
import type { Triggers } from './triggers.ts'
import type { ViewStore } from './views.ts'

/** Everything the workspace knows; each part in its own file. */
export interface World {
  /** Base address without a trailing slash. */
  readonly url: string
  readonly botToken: string
  readonly appToken: string
  /** The old verification token that payloads still carry. */
  readonly verificationToken: string
  /** What the bot token may do; null when scopes are not checked. */
  readonly scopes: ReadonlySet<string> | null
  /** Aborted when the workspace stops; ends every wait. */
  readonly stopped: AbortSignal
  readonly people: People
  readonly channels: Channels
  readonly messages: MessageStore
  readonly files: FileStore
  readonly views: ViewStore
  readonly triggers: Triggers
  readonly responseUrls: ResponseUrls
  readonly sockets: SocketHub
  readonly events: EventSender
  readonly faults: Faults
  readonly rateLimits: RateLimits
  readonly calls: CallLog
  readonly changes: Changes
}
