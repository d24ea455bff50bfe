import { readRoleSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { quoteIdent } from '../../postgres/quote.ts'
import { majorOf, readServerIdentity } from '../../postgres/server-identity.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('session-timeouts')

const TIMEOUTS = ['statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']
/** These cut a table's copy short, which is one long statement in one long transaction. */
const CUT_A_COPY = ['statement_timeout', 'transaction_timeout']

/**
 * The first minors of a subscriber that pass `options` of the connection string on; earlier ones drop them silently.
 *
 * @see https://www.postgresql.org/docs/release/17.8/
 */
const PASSES_OPTIONS: Readonly<Record<number, number>> = { 15: 16, 16: 12, 17: 8, 18: 2 }

/** Which timeouts of the source would end long work, and does Flytt's override reach them? */
export const sessionTimeouts: AuditCheck = {
  name: 'session-timeouts',
  whenUnknown: 'warn',
  async run({ source, target, settings }) {
    const role = settings.replication.user
    const [{ versionNumber }, { database }] = [await readServerIdentity(target), await readServerIdentity(source)]
    const set = (await readRoleSettings(source)).filter(
      ({ name, setting, role: of }) =>
        TIMEOUTS.includes(name) && !/^0\D*$/.test(setting) && (of === null || of === role),
    )
    if (set.length === 0) return [find.ok('No timeout of the source ends long work.')]
    const words = set.map(({ name, setting, role: of }) => `${name} = ${setting}${of === null ? '' : ` of ${of}`}`)
    const cutting = [...new Set(set.map(({ name }) => name).filter((name) => CUT_A_COPY.includes(name)))]
    const isOverridden = versionNumber % 10_000 >= (PASSES_OPTIONS[majorOf(versionNumber)] ?? 0)
    if (cutting.length === 0 || isOverridden) {
      return [find.info(`The source sets ${listNames(words)}; Flytt's own sessions and the copy override them.`)]
    }
    return [
      find.warn(
        `The source sets ${listNames(words)}, and the target's version lets that end the copy of a big table.`,
        cutting
          .map((name) => `\`ALTER ROLE ${quoteIdent(role)} IN DATABASE ${quoteIdent(database)} SET ${name} = 0;\``)
          .join(' '),
      ),
    ]
  },
}
