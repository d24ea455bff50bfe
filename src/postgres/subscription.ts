import { z } from 'zod'
import type { Secret } from '../secret.ts'
import { FlyttError } from '../errors.ts'
import { sqlStateOf, type Session } from './connection.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { keepStatementsOutOfServerLog } from './server-log.ts'
import { loadSql } from './sql.ts'

const subscriptionSql = loadSql('subscription')
const subscriptionTablesSql = loadSql('subscription-tables')
const subscriptionErrorsSql = loadSql('subscription-errors')

const subscriptionRow = z
  .object({ oid: z.string(), enabled: z.boolean(), slot_name: z.string().nullable() })
  .transform(({ oid, enabled, slot_name: slotName }) => ({ oid, isEnabled: enabled, slotName }))

/** A subscription of the session's database. */
export type Subscription = z.infer<typeof subscriptionRow>

const subscriptionTableRow = z
  .object({
    schema_name: z.string(),
    table_name: z.string(),
    state: z.enum(['i', 'd', 'f', 's', 'r']),
    rows_copied: z.coerce.number().nullable(),
    bytes_copied: z.coerce.number().nullable(),
  })
  .transform((row) => ({
    schema: row.schema_name,
    table: row.table_name,
    state: row.state,
    rowsCopied: row.rows_copied,
    bytesCopied: row.bytes_copied,
  }))

/** One table of a subscription; `state` is `TableSyncState`: initialize, data copy, finished copy, synchronized, ready. */
export type SubscriptionTable = z.infer<typeof subscriptionTableRow>

/** @returns the subscription, or null when there is none of this name in the database */
export async function findSubscription(subscriber: Session, name: string): Promise<Subscription | null> {
  return (await subscriber.rows(subscriptionRow, subscriptionSql, [name]))[0] ?? null
}

/** @returns every table the subscription knows, by name */
export async function readSubscriptionTables(subscriber: Session, name: string): Promise<readonly SubscriptionTable[]> {
  return subscriber.rows(subscriptionTableRow, subscriptionTablesSql, [name])
}

/** @returns how often the workers failed since it was made; null below PostgreSQL 15, which does not count */
export async function readSubscriptionErrorCount(subscriber: Session, name: string): Promise<number | null> {
  const version = await subscriber.query("SELECT pg_catalog.current_setting('server_version_num')::int4 AS version")
  if (Number(version[0]?.['version']) < 150_000) return null
  const row = z.object({ apply_error_count: z.coerce.number(), sync_error_count: z.coerce.number() })
  const [errors] = await subscriber.rows(row, subscriptionErrorsSql, [name])
  return errors === undefined ? 0 : errors.apply_error_count + errors.sync_error_count
}

/**
 * Makes a subscription that copies every table and then streams; does nothing when it is there.
 *
 * The connection string with its password is kept by the server in `pg_subscription.subconninfo`, readable by superusers:
 * the statement is kept out of the server's log as far as the session may, and out of Flytt's always.
 *
 * @param conninfo - how the target reaches the source
 * @throws {FlyttError} `PUBLISHER_UNREACHABLE`
 * @see https://www.postgresql.org/docs/current/sql-createsubscription.html
 */
export async function createSubscription(
  subscriber: Session,
  names: { readonly subscription: string; readonly publication: string; readonly slot: string },
  conninfo: Secret,
): Promise<void> {
  if ((await findSubscription(subscriber, names.subscription)) !== null) return
  await keepStatementsOutOfServerLog(subscriber)
  try {
    await subscriber.query(createSubscriptionSql(names, conninfo.reveal()))
  } catch (error) {
    // The server's own dial has the SQLSTATE of a broken session; only what the server said has a severity.
    const said = error instanceof FlyttError ? error.cause : null
    if (sqlStateOf(error)?.startsWith('08') !== true || !(said instanceof Error) || !('severity' in said)) throw error
    throw new FlyttError('PUBLISHER_UNREACHABLE', { context: { reason: said.message }, cause: error })
  }
}

/** See {@link createSubscription}. The text holds the password. */
export function createSubscriptionSql(
  names: { readonly subscription: string; readonly publication: string; readonly slot: string },
  conninfo: string,
): string {
  // disable_on_error stays off: a broken connection is an error too, and the worker heals it by itself.
  return (
    `CREATE SUBSCRIPTION ${quoteIdent(names.subscription)} CONNECTION ${quoteLiteral(conninfo)} ` +
    `PUBLICATION ${quoteIdent(names.publication)} ` +
    `WITH (create_slot = false, slot_name = ${quoteLiteral(names.slot)}, copy_data = true, enabled = true, ` +
    `binary = false, streaming = on, synchronous_commit = 'off')`
  )
}

/** Starts the apply worker; does nothing when it is enabled. */
export async function enableSubscription(subscriber: Session, name: string): Promise<void> {
  await subscriber.query(`ALTER SUBSCRIPTION ${quoteIdent(name)} ENABLE`)
}

/** Stops the apply worker; does nothing when there is no such subscription. */
export async function disableSubscription(subscriber: Session, name: string): Promise<void> {
  if ((await findSubscription(subscriber, name)) === null) return
  await subscriber.query(`ALTER SUBSCRIPTION ${quoteIdent(name)} DISABLE`)
}

/**
 * Drops a subscription without touching the publisher, whose slots are dropped by {@link dropReplicationSlot};
 * does nothing when it is not there.
 *
 * While tables are still copied the server dials the publisher to drop their slots too; when it cannot, they stay there
 * under names that begin with `pg_` and the subscription's oid.
 */
export async function dropSubscription(subscriber: Session, name: string): Promise<void> {
  if ((await findSubscription(subscriber, name)) === null) return
  await subscriber.query(`ALTER SUBSCRIPTION ${quoteIdent(name)} DISABLE`)
  await subscriber.query(`ALTER SUBSCRIPTION ${quoteIdent(name)} SET (slot_name = NONE)`)
  await subscriber.query(`DROP SUBSCRIPTION ${quoteIdent(name)}`)
}
