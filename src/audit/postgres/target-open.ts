import { quoteIdent } from '../../postgres/quote.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import { readSessionDefaults } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('target-open')

/** Will the target let the application in, and write, after the cutover? A closed one makes every client hang. */
export const targetOpen: AuditCheck = {
  name: 'target-open',
  whenUnknown: 'block',
  async run({ target }) {
    const [{ database, connectionLimit }, settings] = [
      await readServerIdentity(target),
      await readSessionDefaults(target),
    ]
    const findings = []
    const reopen = `ALTER DATABASE ${quoteIdent(database)} CONNECTION LIMIT -1`
    if (connectionLimit === 0) {
      findings.push(find.block(`The target database ${database} lets nobody in (connection limit 0).`, reopen))
    } else if (connectionLimit > 0) {
      findings.push(find.warn(`The target database ${database} allows only ${connectionLimit} connections.`, reopen))
    }
    for (const { name, setting, database: within, role } of settings) {
      if (name !== 'default_transaction_read_only' || setting !== 'on' || within === null || role !== null) continue
      findings.push(
        find.block(
          `The target database ${database} is read-only by default.`,
          `ALTER DATABASE ${quoteIdent(database)} RESET default_transaction_read_only`,
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok(`The target database ${database} is open.`)]
  },
}
