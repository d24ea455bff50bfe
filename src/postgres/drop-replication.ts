import type { ObjectNames } from '../migration/object-names.ts'
import type { Database, Session } from './connection.ts'
import { dropFlyttSchema } from './flytt-schema.ts'
import { dropPublication } from './publication.ts'
import { dropReplicationSlot, dropSyncSlots } from './replication-slot.ts'
import { dropSubscription, findSubscription } from './subscription.ts'

/**
 * Drops what a migration's replication is made of: the subscription, then the source's slots, publication and Flytt's
 * schema there. Does nothing for what is not there, so that it may be called again after a crash.
 *
 * @param subscriber - a session on the target, where Flytt's schema stays
 * @param source - the publisher; it must be reachable, or a slot would keep its WAL for ever
 */
export async function dropReplication(
  subscriber: Session,
  source: Database,
  names: ObjectNames,
  signal: AbortSignal,
): Promise<void> {
  const subscription = await findSubscription(subscriber, names.subscription)
  await dropSubscription(subscriber, names.subscription)
  await source.with({ applicationName: 'flytt drop', signal }, async (publisher) => {
    if (subscription !== null) await dropSyncSlots(publisher, subscription.oid)
    await dropReplicationSlot(publisher, names.slot)
    await dropPublication(publisher, names.publication)
    await dropFlyttSchema(publisher)
  })
}
