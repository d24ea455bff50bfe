import type { Inventory } from '../src/inventory.ts'
import type { Logger } from '../src/logger.ts'
import type { PhaseQueue } from '../src/queue/phase-queue.ts'
import type { SlackLookups } from '../src/slack/access.ts'
import type { Message } from '../src/slack/message.ts'
import type { StateDatabase } from '../src/state/state-database.ts'

/** What a command may use, and who typed it where. A command records and enqueues; it never touches a server. */
export interface CommandContext {
  readonly state: StateDatabase
  readonly inventory: Inventory
  readonly queue: PhaseQueue
  readonly lookups: SlackLookups
  readonly userId: string
  readonly channelId: string
  readonly log: Logger
}

/** One thing that can be typed after `/migrate`. */
export interface Subcommand {
  readonly name: string
  /** What is typed: `start <name>`; optional parts in brackets. */
  readonly usage: string
  readonly summary: string
  /** `change` is for full members of the workspace only. */
  readonly wants: 'read' | 'change'
  /**
   * Carries it out.
   *
   * @param words - what was typed after the subcommand
   * @returns the answer, which only the person who typed it sees
   * @throws {FlyttError} with what the person can do
   */
  run(context: CommandContext, words: readonly string[]): Promise<Message>
}
