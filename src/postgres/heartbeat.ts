import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { Lag } from '../migration/lag.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { requireReplicationSlot } from './replication-slot.ts'

const beatRow = z.object({ beat: z.coerce.number(), at: z.date() })

/** How often the target is asked whether a marker has arrived; a shorter wait only costs the servers. */
const POLL_MS = 5
/** A beat that takes longer is lag; one that does not is measured to the millisecond. */
const MEASURE_WAIT_MS = 500

/**
 * Writes the heartbeat row on the publisher: by its own clock, flushed before the call returns.
 *
 * @returns the beat's number, which rises by one with each
 */
export async function writeHeartbeat(publisher: Session): Promise<number> {
  const [row] = await publisher.rows(
    beatRow,
    `UPDATE ${FLYTT_SCHEMA}.heartbeat SET beat = beat + 1, at = pg_catalog.clock_timestamp() WHERE id = 1 RETURNING beat, at`,
  )
  if (row === undefined)
    throw new FlyttError('INTERNAL', { context: { reason: 'the heartbeat row is missing on the source' } })
  return row.beat
}

/**
 * Measures how far the subscriber is behind: bytes from the slot, time from the heartbeat row, both by the publisher's clock.
 *
 * Writes one heartbeat.
 *
 * @throws {FlyttError} `SLOT_MISSING`, `SLOT_LOST`
 */
export async function measureLag(publisher: Session, subscriber: Session, slotName: string): Promise<Lag> {
  const beat = await writeHeartbeat(publisher)
  const arrived = await waitAWhile(subscriber, beat)
  const slot = await requireReplicationSlot(publisher, slotName)
  const [clock] = await publisher.rows(z.object({ now: z.date() }), 'SELECT pg_catalog.clock_timestamp() AS now')
  return {
    lagBytes: slot.lagBytes,
    retainedBytes: slot.retainedBytes,
    replayMs: arrived === null || clock === undefined ? null : Math.max(0, clock.now.getTime() - arrived.at.getTime()),
    measuredAt: new Date(),
  }
}

/** @returns the newest beat on the subscriber, as soon as it is `beat` or {@link MEASURE_WAIT_MS} have passed; null when there is none */
async function waitAWhile(subscriber: Session, beat: number): Promise<z.infer<typeof beatRow> | null> {
  const deadline = performance.now() + MEASURE_WAIT_MS
  for (;;) {
    const [arrived] = await subscriber.rows(beatRow, `SELECT beat, at FROM ${FLYTT_SCHEMA}.heartbeat WHERE id = 1`)
    if ((arrived !== undefined && arrived.beat >= beat) || performance.now() > deadline) return arrived ?? null
    await delay(POLL_MS)
  }
}

/**
 * Writes a marker on the publisher and waits until the subscriber has applied it: then everything that was committed
 * before it is there too.
 *
 * @returns how long it took, in ms
 * @throws {FlyttError} `HEARTBEAT_LATE` after `deadlineMs`
 */
export async function writeMarkerAndWait(publisher: Session, subscriber: Session, deadlineMs: number): Promise<number> {
  const begun = performance.now()
  const marker = await writeHeartbeat(publisher)
  await waitForBeat(subscriber, marker, deadlineMs)
  return performance.now() - begun
}

/** Waits until a beat has arrived. @throws {FlyttError} `HEARTBEAT_LATE` after `deadlineMs` */
export async function waitForBeat(subscriber: Session, beat: number, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const [arrived] = await subscriber.rows(beatRow, `SELECT beat, at FROM ${FLYTT_SCHEMA}.heartbeat WHERE id = 1`)
    if (arrived !== undefined && arrived.beat >= beat) return
    if (performance.now() > deadline)
      throw new FlyttError('HEARTBEAT_LATE', { context: { waitedMs: Math.round(deadlineMs) } })
    await delay(POLL_MS)
  }
}

/**
 * Flushes what the subscriber has applied, and proves it by its replication origin.
 *
 * `pg_replication_origin_progress(…, true)` runs XLogFlush itself, which is faster than waiting for the walwriter.
 *
 * @param subscriptionOid - names the origin: `pg_<oid>`
 * @returns the publisher's LSN up to which everything is applied and flushed, or null when nothing was ever applied
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
export async function flushOrigin(subscriber: Session, subscriptionOid: string): Promise<string | null> {
  const [row] = await subscriber.rows(
    z.object({ lsn: z.string().nullable() }),
    'SELECT pg_catalog.pg_replication_origin_progress($1, true)::text AS lsn',
    [`pg_${subscriptionOid}`],
  )
  return row?.lsn ?? null
}
