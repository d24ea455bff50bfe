import { quoteIdent } from '../../postgres/quote.ts'
import { readRowSecurityTables } from '../../postgres/relations.ts'
import { findRoleRights, readOwnRights } from '../../postgres/role-rights.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('row-security')

/** Would row-level security hide rows from the copy? It does so without an error. */
export const rowSecurity: AuditCheck = {
  name: 'row-security',
  whenUnknown: 'block',
  async run({ source, target, settings }) {
    const tables = await readRowSecurityTables(source)
    if (tables.length === 0) return [find.ok('No table of the source has row-level security.')]
    const names = listNames(tables.map(({ schema, name }) => `${schema}.${name}`))
    const roles = [
      { side: 'source', rights: await findRoleRights(source, settings.replication.user), does: 'copies the tables' },
      { side: 'source', rights: await readOwnRights(source), does: 'compares the rows' },
      { side: 'target', rights: await readOwnRights(target), does: 'applies the changes' },
    ]
    const bound = roles.filter(({ rights }) => rights !== null && !rights.bypassesRowSecurity)
    if (bound.length === 0) {
      return [find.ok(`Row-level security of ${names} hides nothing from the roles that are used.`)]
    }
    return bound.map(({ side, rights, does }) =>
      find.block(
        `Row-level security of ${names} may hide rows from role ${rights?.name ?? ''} of the ${side}, which ${does}.`,
        `Run \`ALTER ROLE ${quoteIdent(rights?.name ?? '')} BYPASSRLS;\` on the ${side}.`,
      ),
    )
  },
}
