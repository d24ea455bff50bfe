import { quoteIdent } from '../../postgres/quote.ts'
import { readRolesNeeded, readRolesPresent } from '../../postgres/role-dependencies.ts'
import { readOwnRights } from '../../postgres/role-rights.ts'
import { majorOf, readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('target-rights')

/** May Flytt's role on the target make the schema and the subscription, and hand objects to their owners? */
export const targetRights: AuditCheck = {
  name: 'target-rights',
  whenUnknown: 'block',
  async run({ source, target }) {
    const [rights, { database, versionNumber }] = [await readOwnRights(target), await readServerIdentity(target)]
    if (rights.isSuperuser) return [find.ok(`Role ${rights.name} of the target is a superuser.`)]
    const [role, major] = [quoteIdent(rights.name), majorOf(versionNumber)]
    const findings = []
    if (!rights.canCreateSubscription) {
      findings.push(
        find.block(
          `Role ${rights.name} of the target may not make a subscription.`,
          major >= 16
            ? `GRANT pg_create_subscription TO ${role}`
            : `PostgreSQL ${major} lets only superusers: \`ALTER ROLE ${role} SUPERUSER;\` on the target, or create the target with 16 or newer.`,
        ),
      )
    }
    if (!rights.canCreate) {
      findings.push(
        find.block(
          `Role ${rights.name} may make nothing in the target database.`,
          `GRANT CREATE ON DATABASE ${quoteIdent(database)} TO ${role}`,
        ),
      )
    }
    const owners = (await readRolesNeeded(source)).filter(({ isOwner }) => isOwner).map(({ name }) => name)
    const notHeld = [...(await readRolesPresent(target, owners)).values()].filter(({ canBecome }) => !canBecome)
    if (notHeld.length > 0) {
      findings.push(
        find.block(
          `Role ${rights.name} of the target may not hand objects to their owners: ${listNames(notHeld.map(({ name }) => name))}.`,
          listStatements(notHeld.map(({ name }) => `GRANT ${quoteIdent(name)} TO ${role}`)),
        ),
      )
    }
    if (!rights.canReadOrigin) {
      findings.push(
        find.warn(
          `Role ${rights.name} of the target may not read how far the stream was applied; the cutover then waits about 200 ms longer.`,
          `GRANT EXECUTE ON FUNCTION pg_replication_origin_progress(text, boolean) TO ${role}`,
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok(`Role ${rights.name} of the target may do what is needed.`)]
  },
}
