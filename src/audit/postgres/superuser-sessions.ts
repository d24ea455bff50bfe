import { readSuperuserSessions } from '../../postgres/transactions.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('superuser-sessions')

/** Who works in the source as a superuser, whom the stop of writes at the cutover does not hold? */
export const superuserSessions: AuditCheck = {
  name: 'superuser-sessions',
  whenUnknown: 'warn',
  async run({ source }) {
    const found = await readSuperuserSessions(source)
    if (found.length === 0) return [find.ok('Nobody but Flytt works in the source as a superuser.')]
    const words = found.map(
      ({ role, applicationName, sessions }) =>
        `${role}${applicationName === '' ? '' : ` (${applicationName})`}, ${countOf(sessions, 'session')}`,
    )
    return [
      find.warn(
        `Superusers work in the source, and the stop of writes does not hold them: ${listNames(words)}.`,
        'See that none of them writes at the cutover; let applications use a role that is no superuser.',
      ),
    ]
  },
}
