import { readReplicationUsage } from '../../postgres/replication-usage.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'
import { readSyncWorkers } from './sync-workers.ts'

const find = findingsOf('replication-origins')

/** Up to 17 a subscriber's origins are limited by this setting. */
const BEFORE_18 = 'max_replication_slots'
const FROM_18 = 'max_active_replication_origins'

/** Can the target remember how far the stream and each table's copy has come? */
export const replicationOrigins: AuditCheck = {
  name: 'replication-origins',
  whenUnknown: 'block',
  async run({ target, targetDatabase }) {
    const settings = await readSettings(target, [FROM_18, BEFORE_18])
    const name = settings.has(FROM_18) ? FROM_18 : BEFORE_18
    const limit = numberOf(settings, name) ?? 0
    const { origins } = await readReplicationUsage(target)
    const needed = 1 + (await readSyncWorkers(target))
    const summary = `The target has ${limit - origins} of ${limit} replication origins free; the copy needs ${needed}.`
    if (limit - origins >= needed) return [find.ok(summary)]
    return [
      find.block(
        summary,
        `Run \`ALTER SYSTEM SET ${name} = ${origins + needed};\` on the target and restart PostgreSQL on ${targetDatabase.address}.`,
      ),
    ]
  },
}
