import { quoteLiteral } from '../../postgres/quote.ts'
import { readPreparedTransactions } from '../../postgres/transactions.ts'
import type { AuditCheck } from '../audit-check.ts'
import { describeSeconds, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('prepared-transactions')

/** Do prepared transactions wait somewhere on the source? The slot's creation waits for each, in any database. */
export const preparedTransactions: AuditCheck = {
  name: 'prepared-transactions',
  whenUnknown: 'block',
  async run({ source }) {
    const found = await readPreparedTransactions(source)
    if (found.length === 0) return [find.ok('No prepared transaction waits on the source.')]
    const words = found.map(
      ({ gid, database, owner, ageSeconds }) => `${gid} of ${owner} in ${database} (${describeSeconds(ageSeconds)})`,
    )
    const [first] = found
    const gid = quoteLiteral(first?.gid ?? '')
    return [
      find.block(
        `Prepared transactions wait on the source, and the slot's creation would wait for them: ${listNames(words)}.`,
        `Finish each in its database, for example in ${first?.database ?? ''}: \`COMMIT PREPARED ${gid};\` or \`ROLLBACK PREPARED ${gid};\``,
      ),
    ]
  },
}
