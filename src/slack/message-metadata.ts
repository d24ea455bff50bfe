import { z } from 'zod'
import type { SlackIdentity } from './identity.ts'

/** What every message of Flytt carries as `event_type`; readable by everybody in the workspace, so ids and hashes only. */
export const METADATA_TYPE = 'flytt'

/** How Flytt recognises its own messages. */
export const messageMetadata = z.object({
  event_type: z.string(),
  event_payload: z.object({ migration: z.string(), key: z.string(), digest: z.string() }),
})

/** A message as Slack shows it, as far as it tells whose it is. */
export interface ShownMessage {
  readonly ts?: string | undefined
  readonly user?: string | undefined
  readonly bot_id?: string | undefined
  readonly metadata?: z.infer<typeof messageMetadata> | undefined
}

/** @returns whether Flytt's own bot posted the message, whatever its metadata claim */
export function isFlyttsMessage(message: ShownMessage, identity: SlackIdentity): boolean {
  return message.bot_id === identity.botId || (message.bot_id === undefined && message.user === identity.userId)
}

/** Writes the metadata of a message. */
export function toMetadata(migrationId: string, key: string, digest: string) {
  return { event_type: METADATA_TYPE, event_payload: { migration: migrationId, key, digest } }
}
