import { readReplicationUsage } from '../../postgres/replication-usage.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'
import { readSyncWorkers } from './sync-workers.ts'

const find = findingsOf('wal-senders')

/** Has the source senders to give: one for the stream, and one for each table that is copied at the same time? */
export const walSenders: AuditCheck = {
  name: 'wal-senders',
  whenUnknown: 'block',
  async run({ source, target, sourceDatabase }) {
    const limit = numberOf(await readSettings(source, ['max_wal_senders']), 'max_wal_senders') ?? 0
    const { senders } = await readReplicationUsage(source)
    const needed = 1 + (await readSyncWorkers(target))
    const summary = `The source has ${limit - senders} of ${limit} WAL senders free; the copy needs ${needed}.`
    if (limit - senders >= needed) return [find.ok(summary)]
    return [
      find.block(
        summary,
        `Run \`ALTER SYSTEM SET max_wal_senders = ${senders + needed};\` on the source and restart PostgreSQL on ${sourceDatabase.address}.`,
      ),
    ]
  },
}
