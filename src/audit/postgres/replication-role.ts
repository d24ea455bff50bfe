import { quoteIdent } from '../../postgres/quote.ts'
import { findRoleRights, readTablesNotReadable } from '../../postgres/role-rights.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'
import { readSyncWorkers } from './sync-workers.ts'

const find = findingsOf('replication-role')

/** Can the role by which the target follows the source log in, replicate, and read every table? */
export const replicationRole: AuditCheck = {
  name: 'replication-role',
  whenUnknown: 'block',
  async run({ source, target, settings }) {
    const name = settings.replication.user
    const [rights, { database }] = [await findRoleRights(source, name), await readServerIdentity(source)]
    const [role, base] = [quoteIdent(name), quoteIdent(database)]
    if (rights === null) {
      return [
        find.block(
          `The source has no role ${name}, as which the target is to read.`,
          `Run on the source: \`CREATE ROLE ${role} LOGIN REPLICATION BYPASSRLS PASSWORD …; GRANT CONNECT ON DATABASE ${base} TO ${role}; GRANT pg_read_all_data TO ${role};\``,
        ),
      ]
    }
    const findings = []
    if (!rights.canLogin) findings.push(find.block(`Role ${name} may not log in.`, `ALTER ROLE ${role} LOGIN`))
    if (!rights.canReplicate) {
      findings.push(
        find.block(
          `Role ${name} may not replicate.`,
          `Run \`ALTER ROLE ${role} REPLICATION;\` on the source (RDS and Aurora: \`GRANT rds_replication TO ${role};\`).`,
        ),
      )
    }
    if (!rights.canConnect) {
      findings.push(
        find.block(`Role ${name} may not connect to ${database}.`, `GRANT CONNECT ON DATABASE ${base} TO ${role}`),
      )
    }
    const unreadable = await readTablesNotReadable(source, name)
    if (unreadable.length > 0) {
      findings.push(
        find.block(
          `Role ${name} may not read ${listNames(unreadable.map((table) => `${table.schema}.${table.name}`))}; their copy would fail again and again.`,
          `GRANT pg_read_all_data TO ${role}`,
        ),
      )
    }
    const needed = 1 + (await readSyncWorkers(target))
    if (rights.connectionLimit >= 0 && rights.connectionLimit < needed) {
      findings.push(
        find.block(
          `Role ${name} may have ${rights.connectionLimit} connections; the copy needs ${needed}.`,
          `ALTER ROLE ${role} CONNECTION LIMIT -1`,
        ),
      )
    }
    const extend = `ALTER ROLE ${role} VALID UNTIL 'infinity'`
    if (rights.isExpired) {
      findings.push(find.block(`The password of role ${name} expired on ${rights.validUntil ?? ''}.`, extend))
    } else if (rights.expiresSoon) {
      findings.push(find.warn(`The password of role ${name} expires on ${rights.validUntil ?? ''}.`, extend))
    }
    return findings.length > 0 ? findings : [find.ok(`Role ${name} may replicate and read every table.`)]
  },
}
