import { databaseLabel, sourceKeyOf } from '../src/migration/source-key.ts'
import { showRoot } from '../src/report/show-root.ts'
import { commandDone } from '../src/slack/messages/command-done.ts'
import { startChoices } from '../src/slack/messages/start-choices.ts'
import type { Message } from '../src/slack/message.ts'
import { createMigration, findMigration } from '../src/state/migration-store.ts'
import { findName } from './command-words.ts'
import { enqueueSoon } from './enqueue-soon.ts'
import { requireSettings } from './find-target.ts'
import type { CommandContext, Subcommand } from './subcommand.ts'

/** `/migrate start shop`: begins a migration. Without a name: what can be started. */
export const start: Subcommand = {
  name: 'start',
  usage: 'start <name>',
  summary: 'Begins to move a database. Without a name: lists what can be started.',
  wants: 'change',
  async run(context, words) {
    const name = findName(start, words)
    return name === null ? listChoices(context) : begin(context, name)
  },
}

async function begin(context: CommandContext, name: string): Promise<Message> {
  const { state, userId, channelId } = context
  const settings = requireSettings(context, 'start', name)
  const sourceKey = sourceKeyOf(settings.source.url)
  const migration = await createMigration(state, { name, sourceKey, requesterUserId: userId, channelId })
  await enqueueSoon(context, migration)
  await showRoot(state, context.inventory, migration.id)
  return commandDone({ command: 'start', migration })
}

async function listChoices({ state, inventory }: CommandContext): Promise<Message> {
  const choices = Object.entries(inventory.migrations).map(async ([name, { source, target }]) => ({
    name,
    sourceLabel: databaseLabel(source.url),
    targetLabel: databaseLabel(target.url),
    newest: await findMigration(state, name),
  }))
  return startChoices({ choices: await Promise.all(choices) })
}
