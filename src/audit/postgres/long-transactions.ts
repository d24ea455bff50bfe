import { readLongTransactions } from '../../postgres/transactions.ts'
import type { AuditCheck } from '../audit-check.ts'
import { describeSeconds, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('long-transactions')

const LONG_SECONDS = 60

/** Do writing transactions stay open for long? The slot's creation waits for each, in any database. */
export const longTransactions: AuditCheck = longTransactionsOver(LONG_SECONDS)

/** @param longSeconds - the age from which a transaction is worth telling */
export function longTransactionsOver(longSeconds: number): AuditCheck {
  return {
    name: 'long-transactions',
    whenUnknown: 'warn',
    async run({ source }) {
      const found = await readLongTransactions(source, longSeconds)
      if (found.length === 0) return [find.ok(`No writing transaction is open for longer than ${longSeconds} s.`)]
      const words = found.map(({ pid, role, database, applicationName, state, ageSeconds }) => {
        const application = applicationName === null || applicationName === '' ? '' : `, ${applicationName}`
        return `pid ${pid} of ${role ?? 'unknown'} in ${database ?? 'unknown'} (${state ?? 'unknown'} for ${describeSeconds(ageSeconds)}${application})`
      })
      return [
        find.warn(
          `Writing transactions are open on the source, and the slot's creation waits for them: ${listNames(words)}.`,
          `Let them end; or end one: \`SELECT pg_terminate_backend(${found[0]?.pid ?? 0});\``,
        ),
      ]
    },
  }
}
