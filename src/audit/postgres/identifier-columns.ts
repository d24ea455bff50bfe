import { readIdentifierColumns } from '../../postgres/relations.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('identifier-columns')

/** Do columns hold a server's internal numbers, which mean something else on another one? */
export const identifierColumns: AuditCheck = {
  name: 'identifier-columns',
  whenUnknown: 'warn',
  async run({ source }) {
    const columns = await readIdentifierColumns(source)
    if (columns.length === 0) return [find.ok("No column holds a server's internal numbers.")]
    const words = columns.map(({ schema, tableName, name, type }) => `${schema}.${tableName}.${name} (${type})`)
    return [
      find.warn(
        `Columns hold the source's internal numbers or names of its objects: ${listNames(words)}.`,
        'See what reads them: an oid or xid means something else on the target, and a reg… value must exist there.',
      ),
    ]
  },
}
