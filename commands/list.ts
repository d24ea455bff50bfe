import type { Message } from '../src/slack/message.ts'
import { migrationList } from '../src/slack/messages/migration-list.ts'
import { findMigration, listMigrations } from '../src/state/migration-store.ts'
import { requireNothing } from './command-words.ts'
import type { CommandContext, Subcommand } from './subcommand.ts'

/** `/migrate list`: every migration, and what was never started. */
export const list: Subcommand = {
  name: 'list',
  usage: 'list',
  summary: 'Lists all migrations and what could be started.',
  wants: 'read',
  async run(context, words) {
    requireNothing(list, words)
    return showList(context)
  },
}

/** @returns the list as an answer */
export async function showList({ state, inventory }: CommandContext): Promise<Message> {
  const newest = Object.keys(inventory.migrations).map(async (name) => ({
    name,
    migration: await findMigration(state, name),
  }))
  const notStarted = (await Promise.all(newest)).filter(({ migration }) => migration === null).map(({ name }) => name)
  return migrationList({ migrations: await listMigrations(state), notStarted })
}
