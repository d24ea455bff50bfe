import { helpText } from '../src/slack/messages/help-text.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate help`, and `/migrate` alone: what can be typed. */
export function createHelp(others: readonly Subcommand[]): Subcommand {
  const help: Subcommand = {
    name: 'help',
    usage: 'help',
    summary: 'Shows this.',
    wants: 'read',
    // Whatever follows `help` is answered with all of it.
    run: async ({ inventory }) =>
      Promise.resolve(helpText({ subcommands: [...others, help], names: Object.keys(inventory.migrations) })),
  }
  return help
}
