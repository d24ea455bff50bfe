import { readEventTriggers } from '../../postgres/triggers.ts'
import { quoteIdent } from '../../postgres/quote.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('event-triggers')

/** Are there event triggers that could stand in the way when Flytt makes its objects? */
export const eventTriggers: AuditCheck = {
  name: 'event-triggers',
  whenUnknown: 'warn',
  async run({ source, target }) {
    const findings = []
    for (const session of [source, target]) {
      const found = await readEventTriggers(session)
      if (found.length === 0) continue
      const names = found.map(({ name }) => name)
      findings.push(
        find.warn(
          `Event triggers of the ${session.side} fire when Flytt makes its objects: ${listNames(found.map(({ name, event }) => `${name} (${event})`))}.`,
          `If they refuse or log such changes, switch them off on the ${session.side} for the migration: ${listStatements(names.map((name) => `ALTER EVENT TRIGGER ${quoteIdent(name)} DISABLE`))}`,
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok('There are no event triggers.')]
  },
}
