import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { sqlStateOf, type Session } from './connection.ts'
import { loadSql } from './sql.ts'

const slotSql = loadSql('replication-slot')
const waitersSql = loadSql('slot-waiters')

const slotRow = z
  .object({
    active: z.boolean(),
    active_pid: z.number().nullable(),
    wal_status: z.string().nullable(),
    lag_bytes: z.coerce.number(),
    retained_bytes: z.coerce.number(),
  })
  .transform((row) => ({
    isActive: row.active,
    activePid: row.active_pid,
    walStatus: row.wal_status,
    lagBytes: row.lag_bytes,
    retainedBytes: row.retained_bytes,
  }))

/** How a slot stands: `lagBytes` WAL not yet confirmed, `retainedBytes` WAL kept on the publisher's disk. */
export type ReplicationSlot = z.infer<typeof slotRow>

const waiterRow = z.object({
  pid: z.number().nullable(),
  role_name: z.string().nullable(),
  database_name: z.string().nullable(),
  age_seconds: z.number().nullable(),
})

/** SQLSTATE 57014: the statement ran into its timeout. */
const QUERY_CANCELED = '57014'
/** SQLSTATE 42704: no such object. */
const UNDEFINED_OBJECT = '42704'
/** SQLSTATE 55006: the slot is in use. */
const OBJECT_IN_USE = '55006'

/** @returns how the slot stands, or null when it is missing */
export async function findReplicationSlot(publisher: Session, name: string): Promise<ReplicationSlot | null> {
  return (await publisher.rows(slotRow, slotSql, [name]))[0] ?? null
}

/**
 * @returns the slot, usable
 * @throws {FlyttError} `SLOT_MISSING`, `SLOT_LOST`: either way what was copied under it is void
 */
export async function requireReplicationSlot(publisher: Session, name: string): Promise<ReplicationSlot> {
  const slot = await findReplicationSlot(publisher, name)
  if (slot === null) throw new FlyttError('SLOT_MISSING', { context: { slotName: name } })
  if (slot.walStatus === 'lost' || slot.walStatus === null) {
    throw new FlyttError('SLOT_LOST', { context: { slotName: name, status: slot.walStatus ?? 'lost' } })
  }
  return slot
}

/**
 * Makes a logical replication slot for pgoutput; does nothing when it is there.
 *
 * The server waits for every transaction with an xid, in any database, and for prepared ones; the wait is bounded and a
 * cancelled creation leaves no slot behind.
 *
 * @param waitMs - how long it may wait
 * @throws {FlyttError} `SLOT_WAITS` naming the sessions it waited for
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
export async function createReplicationSlot(publisher: Session, name: string, waitMs: number): Promise<void> {
  if ((await findReplicationSlot(publisher, name)) !== null) return
  await publisher.query("SELECT pg_catalog.set_config('statement_timeout', $1, false)", [String(waitMs)])
  try {
    await publisher.query("SELECT pg_catalog.pg_create_logical_replication_slot($1::name, 'pgoutput')", [name])
  } catch (error) {
    if (sqlStateOf(error) !== QUERY_CANCELED) throw error
    const waiters = await publisher.rows(waiterRow, waitersSql)
    const sessions = waiters.map(
      ({ pid, role_name: role, database_name: database, age_seconds: age }) =>
        `${pid === null ? 'a prepared transaction' : `pid ${pid}`} of ${role ?? 'unknown'} in ${database ?? 'unknown'} (${Math.round(age ?? 0)} s)`,
    )
    throw new FlyttError('SLOT_WAITS', {
      context: { waitedMs: waitMs, sessions: sessions.join(', ') || 'gone by now' },
      cause: error,
    })
  }
}

/**
 * Drops a slot, ending the walsender that reads it; does nothing when it is not there.
 *
 * @throws {FlyttError} `DATABASE_FAILED` when a walsender takes it again and again for 5 s
 */
export async function dropReplicationSlot(publisher: Session, name: string): Promise<void> {
  const deadline = Date.now() + 5_000
  for (;;) {
    const slot = await findReplicationSlot(publisher, name)
    if (slot === null) return
    // The timeout makes the call wait until the walsender is gone.
    if (slot.activePid !== null)
      await publisher.query('SELECT pg_catalog.pg_terminate_backend($1, 1000)', [slot.activePid])
    try {
      await publisher.query('SELECT pg_catalog.pg_drop_replication_slot($1::name)', [name])
      return
    } catch (error) {
      if (sqlStateOf(error) === UNDEFINED_OBJECT) return
      if (sqlStateOf(error) !== OBJECT_IN_USE || Date.now() > deadline) throw error
    }
  }
}

/**
 * Proves that nothing was written that the subscriber has not got: looks what the slot would still send.
 *
 * @param publication - the publication the subscriber reads
 * @returns how many changes are left, 0 being the proof; the subscription must be disabled and the slot free
 */
export async function peekChangeCount(publisher: Session, name: string, publication: string): Promise<number> {
  const rows = await publisher.rows(
    z.object({ changes: z.coerce.number() }),
    // 14 decodes empty transactions too, so only Insert, Update, Delete and Truncate messages count.
    `SELECT pg_catalog.count(*) AS changes
       FROM pg_catalog.pg_logical_slot_peek_binary_changes($1::name, NULL, NULL, 'proto_version', '1', 'publication_names', $2) AS c
      WHERE pg_catalog.get_byte(c.data, 0) IN (73, 85, 68, 84)`,
    [name, publication],
  )
  return rows[0]?.changes ?? 0
}

/**
 * Drops the slots that initial table synchronization leaves on the publisher when a subscription is dropped in the middle.
 *
 * @param subscriptionOid - of the dropped subscription, which is in their names: `pg_<oid>_sync_<relid>_<sysid>`
 */
export async function dropSyncSlots(publisher: Session, subscriptionOid: string): Promise<void> {
  const slots = await publisher.rows(
    z.object({ slot_name: z.string() }),
    'SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE pg_catalog.starts_with(slot_name::text, $1)',
    [`pg_${subscriptionOid}_sync_`],
  )
  for (const { slot_name: slot } of slots) await dropReplicationSlot(publisher, slot)
}
