import { FlyttError } from '../src/errors.ts'
import { estimateRemainingMs } from '../src/migration/estimate.ts'
import { objectNames } from '../src/migration/object-names.ts'
import type { PhaseProgress, TableProgress } from '../src/migration/progress.ts'
import { reportMoment } from '../src/migration/report-moment.ts'
import { replicationConninfo } from '../src/postgres/conninfo.ts'
import type { Session } from '../src/postgres/connection.ts'
import { dropReplication } from '../src/postgres/drop-replication.ts'
import { createFlyttSchema, dropHeartbeat } from '../src/postgres/flytt-schema.ts'
import {
  createPublication,
  readPublishableTables,
  readTableSizes,
  type SizedTable,
} from '../src/postgres/publication.ts'
import { createReplicationSlot, requireReplicationSlot } from '../src/postgres/replication-slot.ts'
import {
  createSubscription,
  enableSubscription,
  findSubscription,
  readSubscriptionErrorCount,
  readSubscriptionTables,
  type SubscriptionTable,
} from '../src/postgres/subscription.ts'
import type { Secret } from '../src/secret.ts'
import { copyLine } from '../src/slack/messages/copy-line.ts'
import { SECOND_MS } from '../src/units.ts'
import { z } from 'zod'
import type { Phase, PhaseContext } from './phase.ts'

/** How many failures of the workers are taken for a bad network before a person is asked. */
const MAX_ERROR_COUNT = 20

const begunFact = z.object({ at: z.coerce.date(), errorCount: z.number() })

/**
 * Reads: the source's tables, in one snapshot each.
 * Changes: source: heartbeat, publication, slot. Target: heartbeat, subscription, rows.
 * Undone by: dropping them; the rows go with the schema.
 */
export const copy: Phase = {
  name: 'copy',
  check: () => Promise.resolve([]),

  async run(context) {
    const { migration, source, target, settings, record, signal } = context
    const names = objectNames(migration.id)
    return source.with({ applicationName: 'flytt copy', signal }, (publisher) =>
      target.with({ applicationName: 'flytt copy', signal }, async (subscriber) => {
        await createFlyttSchema(publisher, settings.replication.user)
        await createFlyttSchema(subscriber, null)
        // The publication stands before the slot: a slot that is older than its publication breaks the stream.
        await createPublication(publisher, names.publication, await readPublishableTables(publisher))
        if ((await findSubscription(subscriber, names.subscription)) === null) {
          await createReplicationSlot(publisher, names.slot, settings.policy.slotWait)
          await createSubscription(subscriber, names, await readConninfo(context, publisher))
        }
        await requireReplicationSlot(publisher, names.slot)
        await enableSubscription(subscriber, names.subscription)

        const begun = (await record.fact('copy-begun', begunFact)) ?? { at: new Date(), errorCount: 0 }
        await record.setFact('copy-begun', begun)
        await requireFewErrors(subscriber, names.subscription, migration.name)
        const tables = await readSubscriptionTables(subscriber, names.subscription)
        const progress = progressOf(await readTableSizes(publisher), tables, Date.now() - begun.at.getTime())
        await record.setProgress(progress)
        await report(context, progress, Date.now() - begun.at.getTime())
        return tables.every(({ state }) => state === 'r') ? { kind: 'done' } : { kind: 'wait', delayMs: SECOND_MS }
      }),
    )
  },

  async undo({ migration, source, target, record, signal }) {
    await target.with({ applicationName: 'flytt undo', signal }, async (subscriber) => {
      await dropReplication(subscriber, source, objectNames(migration.id), signal)
      await dropHeartbeat(subscriber)
    })
    await record.removeFact('copy-begun')
  },
}

async function readConninfo({ settings, source }: PhaseContext, publisher: Session): Promise<Secret> {
  const [row] = await publisher.rows(
    z.object({ version: z.coerce.number() }),
    "SELECT pg_catalog.current_setting('server_version_num') AS version",
  )
  return replicationConninfo(settings.replication, source.name, row?.version ?? 0)
}

async function requireFewErrors(subscriber: Session, subscription: string, name: string): Promise<void> {
  const count = await readSubscriptionErrorCount(subscriber, subscription)
  if (count !== null && count > MAX_ERROR_COUNT) throw new FlyttError('APPLY_FAILED', { context: { count, name } })
}

/** A table whose copy runs counts by the share of its estimated rows that arrived. */
function progressOf(
  sizes: readonly SizedTable[],
  tables: readonly SubscriptionTable[],
  elapsedMs: number,
): Extract<PhaseProgress, { kind: 'copy' }> {
  const sizeOf = new Map(sizes.map((each) => [`${each.schema}.${each.table}`, each]))
  let bytesTotal = 0
  let bytesCopied = 0
  const rows = tables.map(({ schema, table, state, rowsCopied }): TableProgress => {
    const size = sizeOf.get(`${schema}.${table}`)
    const bytes = size?.bytes ?? 0
    const estimated = size?.estimatedRows ?? -1
    const isCopied = state === 'f' || state === 's' || state === 'r'
    const share = isCopied ? 1 : rowsCopied === null || estimated <= 0 ? 0 : Math.min(rowsCopied / estimated, 0.99)
    bytesTotal += bytes
    bytesCopied += Math.round(bytes * share)
    return {
      table: `${schema}.${table}`,
      state: isCopied ? 'copied' : state === 'd' ? 'copying' : 'pending',
      bytesTotal: bytes,
      rowsCopied: isCopied ? Math.max(0, Math.round(estimated)) : (rowsCopied ?? 0),
      rowsEstimated: Math.round(estimated),
    }
  })
  return {
    kind: 'copy',
    tables: rows,
    bytesTotal,
    bytesCopied,
    etaMs: estimateRemainingMs(bytesCopied, bytesTotal, elapsedMs),
  }
}

async function report(
  { migration, thread }: PhaseContext,
  progress: Extract<PhaseProgress, { kind: 'copy' }>,
  elapsedMs: number,
): Promise<void> {
  const moment = reportMoment(elapsedMs)
  if (moment === null) return
  await thread.post(`copy-${migration.run}-${moment}`, copyLine({ ...progress, tookMs: elapsedMs }))
}
