import { quoteQualified } from '../../postgres/quote.ts'
import { readInvalidIndexes, readUnvalidatedConstraints } from '../../postgres/unfinished-objects.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('unfinished-objects')

/** Are there indexes that are not valid, or constraints that were never validated? */
export const unfinishedObjects: AuditCheck = {
  name: 'unfinished-objects',
  whenUnknown: 'warn',
  async run({ source }) {
    const [indexes, constraints] = [await readInvalidIndexes(source), await readUnvalidatedConstraints(source)]
    const findings = []
    if (indexes.length > 0) {
      findings.push(
        find.warn(
          `Indexes of the source that are not valid do not arrive: ${listNames(indexes.map(({ schema, name }) => `${schema}.${name}`))}.`,
          `Rebuild or drop each: ${listStatements(indexes.map(({ schema, name }) => `REINDEX INDEX CONCURRENTLY ${quoteQualified(schema, name)}`))}`,
        ),
      )
    }
    if (constraints.length > 0) {
      const names = constraints.map(({ schema, tableName, name }) => `${name} of ${schema}.${tableName}`)
      findings.push(find.info(`Constraints that hold for new rows only arrive as they are: ${listNames(names)}.`))
    }
    return findings.length > 0 ? findings : [find.ok('Every index and constraint of the source is valid.')]
  },
}
