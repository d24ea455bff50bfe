import { quoteIdent } from '../../postgres/quote.ts'
import { readOwnersNotHeld, readOwnRights } from '../../postgres/role-rights.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('source-rights')

/** May Flytt's role on the source publish the tables, make the slot, and stop the writes at the cutover? */
export const sourceRights: AuditCheck = {
  name: 'source-rights',
  whenUnknown: 'block',
  async run({ source }) {
    const [rights, { database, databaseOwner }] = [await readOwnRights(source), await readServerIdentity(source)]
    if (rights.isSuperuser) return [find.ok(`Role ${rights.name} of the source is a superuser.`)]
    const [role, base] = [quoteIdent(rights.name), quoteIdent(database)]
    // The fence keeps every new session out but a superuser's: after a crash nobody else could lift it again.
    const findings = [
      find.block(
        `Role ${rights.name} of the source is no superuser, so it could not log in to lift the fence of a cutover that was interrupted.`,
        `Give Flytt a superuser on the source: \`ALTER ROLE ${role} SUPERUSER;\`, and take it back after the migration.`,
      ),
    ]
    if (!rights.canReplicate) {
      findings.push(
        find.block(
          `Role ${rights.name} of the source may not make replication slots.`,
          `Run \`ALTER ROLE ${role} REPLICATION;\` on the source (RDS and Aurora: \`GRANT rds_replication TO ${role};\`).`,
        ),
      )
    }
    if (!rights.canCreate) {
      findings.push(
        find.block(
          `Role ${rights.name} may not make a publication and Flytt's schema in the source database.`,
          `GRANT CREATE ON DATABASE ${base} TO ${role}`,
        ),
      )
    }
    const owners = await readOwnersNotHeld(source)
    if (owners.length > 0) {
      const words = owners.map(({ owner, tables, example }) => `${owner} (${countOf(tables, 'table')}, ${example})`)
      findings.push(
        find.block(
          `Only owners may publish tables, and role ${rights.name} is no member of ${listNames(words)}.`,
          listStatements(owners.map(({ owner }) => `GRANT ${quoteIdent(owner)} TO ${role}`)),
        ),
      )
    }
    if (!rights.ownsDatabase || !rights.canSignal) {
      const grants = [
        ...(rights.ownsDatabase ? [] : [`GRANT ${quoteIdent(databaseOwner)} TO ${role}`]),
        ...(rights.canSignal ? [] : [`GRANT pg_signal_backend TO ${role}`]),
      ]
      findings.push(
        find.block(
          `Role ${rights.name} may not stop writes at the cutover: that takes the database's owner (${databaseOwner}) and pg_signal_backend.`,
          listStatements(grants),
        ),
      )
    }
    if (!rights.canMonitor) {
      findings.push(
        find.warn(
          `Role ${rights.name} of the source does not see other sessions, so this audit and the cutover see less.`,
          `GRANT pg_monitor TO ${role}`,
        ),
      )
    }
    return findings
  },
}
