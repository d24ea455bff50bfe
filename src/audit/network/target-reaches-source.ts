import { replicationConninfo } from '../../postgres/conninfo.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import { probeSubscription } from '../../postgres/subscription-probe.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('target-reaches-source')

const CONNECT_TIMEOUT_SECONDS = 5
/** The server itself knows no limit but TCP's, so the statement's timeout is what ends a dial into the void. */
const DIAL_TIMEOUT_MS = 8_000

/** Can the target dial the source and log in for replication? It is tried for real and rolled back. */
export const targetReachesSource: AuditCheck = {
  name: 'target-reaches-source',
  whenUnknown: 'block',
  async run({ settings, source, target, targetDatabase, signal }) {
    const { user, sourceAddress } = settings.replication
    const { database, versionNumber } = await readServerIdentity(source)
    const { address } = await readServerIdentity(target)
    const conninfo = replicationConninfo(settings.replication, database, versionNumber, CONNECT_TIMEOUT_SECONDS)
    // A session of its own: the check's may not write, and the failed statement must stay out of the server's log.
    const options = { applicationName: 'flytt audit', statementTimeoutMs: DIAL_TIMEOUT_MS, signal }
    const result = await targetDatabase.with(options, (session) => probeSubscription(session, conninfo))
    switch (result.kind) {
      case 'reached':
        return [find.ok(`The target reaches the source at ${sourceAddress} as ${user}.`)]
      case 'timed-out':
        return [
          find.block(
            `The target got no answer from the source at ${sourceAddress} within ${DIAL_TIMEOUT_MS / 1000} s.`,
            `Open the way from ${address ?? 'the target'} to ${sourceAddress} in firewalls and routes, or mend \`replication.sourceAddress\`.`,
          ),
        ]
      case 'not-allowed':
        return [
          find.block(
            `The target could not try to reach the source: ${result.reason}`,
            'Do what the check target-rights says; and let pg_hba.conf of the source ask for a password (scram-sha-256).',
          ),
        ]
      case 'failed':
        return [
          find.block(
            `The target cannot log in to the source at ${sourceAddress} as ${user}: ${result.reason}`,
            `Check \`replication\` in the inventory and the role's password. In pg_hba.conf of the source this line is needed, above any that refuses (the word \`replication\` does not match logical replication): \`host ${quoteHba(database)} ${quoteHba(user)} ${address ?? 'TARGET_ADDRESS'}/${address?.includes(':') === true ? 128 : 32} scram-sha-256\`, then \`SELECT pg_reload_conf();\``,
          ),
        ]
    }
  },
}

/** Names with anything but letters, digits and underscores, and keywords, are quoted in pg_hba.conf. */
function quoteHba(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !['all', 'sameuser', 'samerole', 'replication'].includes(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`
}
