import { buildConninfo, splitAddress } from '../../postgres/conninfo.ts'
import { readSessionDefaults } from '../../postgres/settings.ts'
import { probeSubscription } from '../../postgres/subscription-probe.ts'
import type { AuditCheck, AuditContext } from '../audit-check.ts'
import { quoteIdent } from '../../postgres/quote.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('session-timeouts')

const TIMEOUTS = ['statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']
/** These cut a table's copy short, which is one long statement in one long transaction. */
const CUT_A_COPY = ['statement_timeout', 'transaction_timeout']

/** See target-reaches-source: nothing else ends a dial into the void. */
const DIAL_TIMEOUT_MS = 8_000
/** A name that no server knows: a dial that sets it fails if `options` reach the source, and succeeds if they are dropped. */
const UNKNOWN_SETTING = 'flytt_no_such_setting'

/** Which timeouts of the source would end long work, and does Flytt's override reach them? */
export const sessionTimeouts: AuditCheck = {
  name: 'session-timeouts',
  whenUnknown: 'warn',
  async run(context) {
    const { source, settings } = context
    const role = settings.replication.user
    const { database } = await readServerIdentity(source)
    const set = (await readSessionDefaults(source)).filter(
      ({ name, setting, role: of }) =>
        TIMEOUTS.includes(name) && !/^0\D*$/.test(setting) && (of === null || of === role),
    )
    if (set.length === 0) return [find.ok('No timeout of the source ends long work.')]
    const words = set.map(({ name, setting, role: of }) => `${name} = ${setting}${of === null ? '' : ` of ${of}`}`)
    const cutting = [...new Set(set.map(({ name }) => name).filter((name) => CUT_A_COPY.includes(name)))]
    if (cutting.length === 0 || (await areOptionsPassedOn(context, database))) {
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

/** Some minors of 15 to 18 drop `options` of a subscription's connection string, so the target is tried. */
async function areOptionsPassedOn(context: AuditContext, dbname: string): Promise<boolean> {
  const { settings, targetDatabase, signal } = context
  const { user, password, sourceAddress } = settings.replication
  const conninfo = buildConninfo({
    ...splitAddress(sourceAddress),
    dbname,
    user,
    password,
    options: { [UNKNOWN_SETTING]: 1 },
  })
  const options = { applicationName: 'flytt audit', statementTimeoutMs: DIAL_TIMEOUT_MS, signal }
  const result = await targetDatabase.with(options, (session) => probeSubscription(session, conninfo))
  return result.kind === 'failed' && result.reason.includes(UNKNOWN_SETTING)
}
