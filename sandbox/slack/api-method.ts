import type { ApiArguments } from './api-arguments.ts'
import type { JsonObject } from './json.ts'
import type { Tier } from './rate-limits.ts'
import type { World } from './world.ts'

/** One Web API method: what it may cost, what it needs, and what it does. */
export interface ApiMethod {
  readonly tier: Tier
  /** The bot scope it needs; null when none. */
  readonly scope: string | null
  /** Whether it takes the app-level token instead of the bot token. */
  readonly usesAppToken?: boolean
  /** @returns the answer without `ok` @throws {SlackError} */
  readonly run: (args: ApiArguments, world: World) => JsonObject
}

/** Methods by their name. */
export type ApiFamily = Readonly<Record<string, ApiMethod>>
