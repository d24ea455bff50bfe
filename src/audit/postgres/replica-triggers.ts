import { readReplicaTriggers } from '../../postgres/triggers.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('replica-triggers')

/** Which triggers would fire on the target for rows that the source's triggers already dealt with? */
export const replicaTriggers: AuditCheck = {
  name: 'replica-triggers',
  whenUnknown: 'block',
  async run({ source }) {
    const triggers = await readReplicaTriggers(source)
    if (triggers.length === 0) return [find.ok('No trigger fires for replicated rows.')]
    const names = triggers.map(({ schema, tableName, name }) => `${name} on ${schema}.${tableName}`)
    return [
      find.info(
        `Triggers that fire for replicated rows too are held back on the target until the cutover: ${listNames(names)}.`,
      ),
    ]
  },
}
