import type { MigrationEvent } from '../src/migration/status.ts'
import { showRoot } from '../src/report/show-root.ts'
import { commandDone } from '../src/slack/messages/command-done.ts'
import type { Message } from '../src/slack/message.ts'
import { recordMessage } from '../src/state/message-store.ts'
import { recordPersonsEvent } from '../src/state/migration-store.ts'
import { enqueueSoon } from './enqueue-soon.ts'
import { requireMigration } from './find-target.ts'
import type { CommandContext } from './subcommand.ts'

/** What a person can decide about a migration that was started. */
export type Decision = Extract<MigrationEvent, 'pause' | 'resume' | 'retry' | 'abort'>

/**
 * Carries out a person's decision: state, then queue, then thread.
 *
 * @param name - a name or an id
 * @param announce - what the thread is told
 * @throws {FlyttError} `STATUS_REFUSED`, `MIGRATION_NOT_FOUND`, `MIGRATION_NOT_STARTED`
 */
export async function decide(
  context: CommandContext,
  decision: Decision,
  name: string,
  announce: (view: { readonly userId: string }) => Message,
): Promise<Message> {
  const found = await requireMigration(context, decision, name)
  const migration = await recordPersonsEvent(context.state, found.id, decision, context.userId)
  // A pause needs no job: whoever works looks at the state.
  if (decision !== 'pause') await enqueueSoon(context, migration)
  await recordMessage(
    context.state,
    {
      migrationId: migration.id,
      key: `${decision}-${migration.run}`,
      place: 'thread',
      ...announce({ userId: context.userId }),
    },
    'once',
  )
  await showRoot(context.state, context.inventory, migration.id)
  return commandDone({ command: decision, migration })
}
