import { readReplicationUsage } from '../../postgres/replication-usage.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('logical-workers')

const WORKERS = 'max_logical_replication_workers'
const SYNC_WORKERS = 'max_sync_workers_per_subscription'
const PROCESSES = 'max_worker_processes'

/** Has the target processes to give: one that applies the stream, and those that copy tables? */
export const logicalWorkers: AuditCheck = {
  name: 'logical-workers',
  whenUnknown: 'block',
  async run({ target, targetDatabase }) {
    const settings = await readSettings(target, [WORKERS, SYNC_WORKERS, PROCESSES])
    const workers = numberOf(settings, WORKERS) ?? 0
    const syncWorkers = numberOf(settings, SYNC_WORKERS) ?? 0
    const processes = numberOf(settings, PROCESSES) ?? 0
    const { subscriptions } = await readReplicationUsage(target)
    const [free, needed] = [workers - subscriptions, 1 + syncWorkers]
    const raise = (name: string, value: number) =>
      `Run \`ALTER SYSTEM SET ${name} = ${value};\` on the target and restart PostgreSQL on ${targetDatabase.address}.`
    const findings = []
    if (syncWorkers < 1) {
      findings.push(
        find.block(
          `${SYNC_WORKERS} of the target is 0, so no table would ever be copied.`,
          `Run \`ALTER SYSTEM SET ${SYNC_WORKERS} = 4; SELECT pg_reload_conf();\` on the target.`,
        ),
      )
    }
    if (free < 2) {
      findings.push(
        find.block(
          `The target has ${free} of ${workers} logical replication workers free; one applies and at least one copies.`,
          raise(WORKERS, subscriptions + Math.max(needed, 2)),
        ),
      )
    } else if (free < needed) {
      findings.push(
        find.warn(
          `The target has ${free} of ${workers} logical replication workers free; with ${needed} the copy would be faster.`,
          raise(WORKERS, subscriptions + needed),
        ),
      )
    }
    if (processes < workers + 1) {
      findings.push(
        find.warn(
          `${PROCESSES} of the target is ${processes}, too few for its ${workers} logical replication workers and their launcher.`,
          raise(PROCESSES, workers + 8),
        ),
      )
    }
    return findings.length > 0
      ? findings
      : [find.ok(`The target has ${free} logical replication workers free and copies ${syncWorkers} tables at a time.`)]
  },
}
