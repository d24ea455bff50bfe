import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const replicationUsageSql = loadSql('replication-usage')
const replicationSlotsSql = loadSql('replication-slots')
const walRateSql = loadSql('wal-rate')

const usageRow = catalogRow({
  slots: z.number(),
  senders: z.number(),
  subscriptions: z.number(),
  origins: z.number(),
})

/** How many of each are in use on the whole server. */
export type ReplicationUsage = z.infer<typeof usageRow>

const slotRow = catalogRow({
  name: z.string(),
  type: z.string(),
  database: z.string().nullable(),
  is_active: z.boolean(),
  wal_status: z.string().nullable(),
  retained_bytes: z.coerce.bigint().nullable(),
})

/** One slot of the server; `retainedBytes` is null when it keeps no WAL. */
export type SlotUsage = z.infer<typeof slotRow>

const walRateRow = catalogRow({
  wal_bytes: z.coerce.bigint(),
  seconds: z.number().nullable(),
  database_bytes: z.coerce.bigint(),
})

/** WAL written since the statistics began, `seconds` ago, by the whole server; and the database's size. */
export type WalRate = z.infer<typeof walRateRow>

/** Counts what replication uses now. */
export async function readReplicationUsage(session: Session): Promise<ReplicationUsage> {
  return requireRow(await session.rows(usageRow, replicationUsageSql))
}

/** @returns every slot of the server, by name */
export async function readSlots(publisher: Session): Promise<readonly SlotUsage[]> {
  return publisher.rows(slotRow, replicationSlotsSql)
}

/** Reads how fast the server writes WAL, on average since its statistics began. */
export async function readWalRate(publisher: Session): Promise<WalRate> {
  return requireRow(await publisher.rows(walRateRow, walRateSql))
}

function requireRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new FlyttError('INTERNAL', { context: { reason: 'a query of one row gave none' } })
  return row
}
