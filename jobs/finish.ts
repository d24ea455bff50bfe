import { z } from 'zod'
import { objectNames } from '../src/migration/object-names.ts'
import { dropReplication } from '../src/postgres/drop-replication.ts'
import { dropFlyttSchema } from '../src/postgres/flytt-schema.ts'
import { migrationFinished } from '../src/slack/messages/migration-finished.ts'
import type { Phase } from './phase.ts'

const cutoverFact = z.object({ timeline: z.object({ writeStopMs: z.number().nullable() }) })

/**
 * Reads: nothing.
 * Changes: drops everything Flytt made on both sides; the source stays fenced.
 * Undone by: nothing; the application lives on the target.
 */
export const finish: Phase = {
  name: 'finish',
  check: () => Promise.resolve([]),

  async run({ migration, source, target, record, thread, signal }) {
    await target.with({ applicationName: 'flytt finish', signal }, async (subscriber) => {
      await dropReplication(subscriber, source, objectNames(migration.id), signal)
      await dropFlyttSchema(subscriber)
    })
    const cutover = await record.fact('cutover', cutoverFact)
    await thread.post(
      `finished-${migration.id}`,
      migrationFinished({
        migration,
        writeStopMs: cutover?.timeline.writeStopMs ?? null,
        tookMs: Date.now() - migration.createdAt.getTime(),
        leftOnSource: [
          `the database ${source.name} with its data as it was at the cutover`,
          'CONNECTION LIMIT 0 and default_transaction_read_only = on, so that nobody writes there by mistake',
        ],
      }),
      'broadcast',
    )
    return { kind: 'done' }
  },

  undo: () => Promise.resolve(),
}
