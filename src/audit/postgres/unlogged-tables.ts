import { quoteQualified } from '../../postgres/quote.ts'
import { hasRows, readSpecialRelations } from '../../postgres/relations.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('unlogged-tables')

/** Does the source have unlogged tables, whose rows logical replication leaves behind? */
export const unloggedTables: AuditCheck = {
  name: 'unlogged-tables',
  whenUnknown: 'block',
  async run({ source }) {
    const tables = (await readSpecialRelations(source)).filter(({ kind }) => kind === 'unlogged')
    if (tables.length === 0) return [find.ok('The source has no unlogged tables.')]
    const findings = []
    const empty = []
    for (const table of tables) {
      const [name, quoted] = [`${table.schema}.${table.name}`, quoteQualified(table.schema, table.name)]
      if (!(await hasRows(source, table))) {
        empty.push(name)
        continue
      }
      findings.push(
        find.block(
          `Table ${name} is unlogged and has rows, which would not arrive.`,
          `Keep them: \`ALTER TABLE ${quoted} SET LOGGED;\` · or give them up: \`TRUNCATE ${quoted};\``,
        ),
      )
    }
    if (empty.length > 0) {
      findings.push(
        find.warn(
          `Unlogged tables arrive empty: ${listNames(empty)}. They are empty now.`,
          'Nothing to do, unless the application writes to them before the cutover and needs those rows.',
        ),
      )
    }
    return findings
  },
}
