import { readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('wal-level')

/** Does the source write into its WAL what logical replication needs? */
export const walLevel: AuditCheck = {
  name: 'wal-level',
  whenUnknown: 'block',
  async run({ source, sourceDatabase }) {
    const level = (await readSettings(source, ['wal_level'])).get('wal_level')
    if (level?.setting === 'logical') return [find.ok('wal_level of the source is logical.')]
    const pending = level?.isRestartPending === true
    return [
      find.block(
        `wal_level of the source is ${level?.setting ?? 'unknown'}, not logical${pending ? '; a change waits for a restart' : ''}.`,
        pending
          ? `Restart PostgreSQL on ${sourceDatabase.address}.`
          : `Run \`ALTER SYSTEM SET wal_level = 'logical';\` on the source and restart PostgreSQL on ${sourceDatabase.address} (RDS and Aurora: \`rds.logical_replication = 1\` in the parameter group; Cloud SQL: \`cloudsql.logical_decoding = on\`).`,
      ),
    ]
  },
}
