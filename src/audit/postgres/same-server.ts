import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('same-server')

/** Are source and target two servers? A server that subscribes to itself waits for ever. */
export const sameServer: AuditCheck = {
  name: 'same-server',
  whenUnknown: 'block',
  async run({ source, target, sourceDatabase, targetDatabase }) {
    const [from, to] = await Promise.all([readServerIdentity(source), readServerIdentity(target)])
    if (from.systemIdentifier !== to.systemIdentifier) {
      return [find.ok(`${sourceDatabase.address} and ${targetDatabase.address} are two servers.`)]
    }
    return [
      find.block(
        `${sourceDatabase.address} and ${targetDatabase.address} are the same server, or one is a physical copy of the other (system identifier ${from.systemIdentifier}).`,
        'Name a server of its own, made by initdb, in `target.url`.',
      ),
    ]
  },
}
