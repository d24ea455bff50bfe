import { readExistingPublications, readExistingSubscriptions } from '../../postgres/existing-replication.ts'
import { readSlots } from '../../postgres/replication-usage.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('existing-replication')

const OWN = /^flytt_/

/** Does logical replication already go out of or into the source, which does not move with it? */
export const existingReplication: AuditCheck = {
  name: 'existing-replication',
  whenUnknown: 'warn',
  async run({ source }) {
    const { database } = await readServerIdentity(source)
    const publications = (await readExistingPublications(source)).filter((name) => !OWN.test(name))
    const subscriptions = (await readExistingSubscriptions(source)).filter(({ name }) => !OWN.test(name))
    const slots = (await readSlots(source)).filter((slot) => slot.database === database && !OWN.test(slot.name))
    const findings = []
    if (publications.length > 0 || slots.length > 0) {
      const words = [...publications.map((name) => `publication ${name}`), ...slots.map(({ name }) => `slot ${name}`)]
      findings.push(
        find.warn(
          `Others follow the source, and they do not move with it: ${listNames(words)}.`,
          'Plan how each goes on from the target: its slot must be made there while writes are stopped, or it starts anew.',
        ),
      )
    }
    if (subscriptions.length > 0) {
      findings.push(
        find.warn(
          `The source itself follows others, which does not move with it: ${listNames(subscriptions.map(({ name, isEnabled }) => `${name}${isEnabled ? '' : ' (disabled)'}`))}.`,
          'End or move these subscriptions before the cutover; they would go on writing to the source after it.',
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok('Nothing else replicates out of or into the source.')]
  },
}
