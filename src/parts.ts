import type { Config } from './config.ts'
import type { Inventory } from './inventory.ts'
import type { Logger } from './logger.ts'
import type { OpenQueue } from './queue/open-queue.ts'
import type { StateDatabase } from './state/state-database.ts'

/** What bot and worker are built from; made once per process. */
export interface FlyttParts {
  readonly config: Config
  readonly inventory: Inventory
  readonly state: StateDatabase
  readonly queue: OpenQueue
  readonly log: Logger
}
