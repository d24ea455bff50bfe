import { readLeftovers, type Leftover } from '../../postgres/database-contents.ts'
import type { Session } from '../../postgres/connection.ts'
import { quoteIdent, quoteLiteral } from '../../postgres/quote.ts'
import type { Finding } from '../../migration/finding.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('leftovers')

/**
 * Did an earlier migration of Flytt leave something in either database?
 *
 * The audit is a migration's first phase, so whatever is there belongs to another one: it may still run from another Flytt.
 */
export const leftovers: AuditCheck = {
  name: 'leftovers',
  whenUnknown: 'block',
  async run({ source, target }) {
    const findings = [...(await judge(source)), ...(await judge(target))]
    return findings.length > 0 ? findings : [find.ok('No earlier migration left anything.')]
  },
}

async function judge(session: Session): Promise<readonly Finding[]> {
  const found = await readLeftovers(session)
  if (found.length === 0) return []
  return [
    find.block(
      `Another migration of Flytt left something on the ${session.side}, or is still running: ${listNames(found.map(({ kind, name }) => `${kind} ${name}`))}.`,
      `If none is running, run on the ${session.side}: ${listStatements(found.flatMap(dropSql))}`,
    ),
  ]
}

function dropSql({ kind, name }: Leftover): string[] {
  const quoted = quoteIdent(name)
  switch (kind) {
    case 'subscription':
      // Without its slot, which may be gone or on a server that cannot be reached.
      return [
        `ALTER SUBSCRIPTION ${quoted} DISABLE`,
        `ALTER SUBSCRIPTION ${quoted} SET (slot_name = NONE)`,
        `DROP SUBSCRIPTION ${quoted}`,
      ]
    case 'publication':
      return [`DROP PUBLICATION ${quoted}`]
    case 'slot':
      return [`SELECT pg_drop_replication_slot(${quoteLiteral(name)})`]
    case 'schema':
      return [`DROP SCHEMA ${quoted} CASCADE`]
  }
}
