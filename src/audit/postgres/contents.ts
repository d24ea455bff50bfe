import { readRelationCounts, readSpecialRelations, type SpecialRelation } from '../../postgres/relations.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, describeBytes, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('contents')

/** What is there to move, and what of it does not travel by replication? */
export const contents: AuditCheck = {
  name: 'contents',
  whenUnknown: 'warn',
  async run({ source }) {
    const counts = await readRelationCounts(source)
    const special = await readSpecialRelations(source)
    const named = (kind: SpecialRelation['kind']) =>
      special.filter((each) => each.kind === kind).map(({ schema, name }) => `${schema}.${name}`)
    const [foreign, matviews] = [named('foreign'), named('matview')]
    const partitions =
      counts.partitions === 0
        ? ''
        : ` (${countOf(counts.partitions, 'partition')} of ${countOf(counts.partitionedTables, 'partitioned table')})`
    const findings = [
      find.info(
        `To move: ${countOf(counts.tables, 'table')}${partitions}, ${describeBytes(counts.tableBytes)} with indexes, and ${countOf(counts.sequences, 'sequence')}, which are set at the cutover.`,
      ),
    ]
    if (counts.partitions > 0) {
      findings.push(
        find.info(
          'A partition that is created during the migration does not arrive by itself; create none until it is finished.',
        ),
      )
    }
    if (matviews.length > 0) {
      findings.push(find.info(`Materialized views are filled anew on the target: ${listNames(matviews)}.`))
    }
    if (foreign.length > 0) {
      findings.push(
        find.warn(
          `Foreign tables keep their rows elsewhere: ${listNames(foreign)}.`,
          'See that the target reaches the foreign servers, and set the passwords of its user mappings.',
        ),
      )
    }
    return findings
  },
}
