import { quoteLiteral } from '../../postgres/quote.ts'
import { readReplicationUsage, readSlots } from '../../postgres/replication-usage.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { describeBytes, findingsOf, listNames, listStatements } from '../findings.ts'
import { readSyncWorkers } from './sync-workers.ts'

const find = findingsOf('replication-slots')

/** Has the source slots to give: one for the migration, and one for each table that is copied at the same time? */
export const replicationSlots: AuditCheck = {
  name: 'replication-slots',
  whenUnknown: 'block',
  async run({ source, target, sourceDatabase }) {
    const settings = await readSettings(source, ['max_replication_slots'])
    const limit = numberOf(settings, 'max_replication_slots') ?? 0
    const { slots } = await readReplicationUsage(source)
    const needed = 1 + (await readSyncWorkers(target))
    const idle = (await readSlots(source)).filter((slot) => !slot.isActive)
    const findings = []
    if (limit - slots < needed) {
      findings.push(
        find.block(
          `The source has ${limit - slots} of ${limit} replication slots free; the copy needs ${needed}.`,
          `Run \`ALTER SYSTEM SET max_replication_slots = ${slots + needed};\` on the source and restart PostgreSQL on ${sourceDatabase.address}, or drop slots that nobody uses.`,
        ),
      )
    }
    if (idle.length > 0) {
      const words = idle.map(({ name, retainedBytes }) =>
        retainedBytes === null ? name : `${name} (keeps ${describeBytes(retainedBytes)} of WAL)`,
      )
      findings.push(
        find.warn(
          `Nobody reads these replication slots of the source: ${listNames(words)}.`,
          `Drop those that nobody will read again: ${listStatements(idle.map(({ name }) => `SELECT pg_drop_replication_slot(${quoteLiteral(name)})`))}`,
        ),
      )
    }
    return findings.length > 0
      ? findings
      : [find.ok(`The source has ${limit - slots} of ${limit} replication slots free; the copy needs ${needed}.`)]
  },
}
