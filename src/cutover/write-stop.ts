import { setTimeout as delay } from 'node:timers/promises'
import { FlyttError } from '../errors.ts'
import type { MigrationSettings } from '../inventory.ts'
import type { Migration } from '../migration/migration.ts'
import { objectNames } from '../migration/object-names.ts'
import { requireApplicationWrites } from '../postgres/application-login.ts'
import { databaseAt, type Database, type Session } from '../postgres/connection.ts'
import { endSessions, fence, hasFence, liftFence, requireEpoch, withEpoch } from '../postgres/fence.ts'
import { flushOrigin, measureLag, waitForBeat, writeHeartbeat } from '../postgres/heartbeat.ts'
import { disableHeldBack, enableHeldBack, heldBackFact } from '../postgres/held-back.ts'
import { peekChangeCount, requireReplicationSlot } from '../postgres/replication-slot.ts'
import { readSchemaFingerprint } from '../postgres/schema-fingerprint.ts'
import { readSequences, setSequences } from '../postgres/sequences.ts'
import { disableSubscription, enableSubscription, findSubscription } from '../postgres/subscription.ts'
import { verifiedFact } from '../migration/verified.ts'
import type { MigrationRecord } from '../state/migration-record.ts'
import type { Endpoint, Switch } from '../switch/switch.ts'

/** What a write stop works on: a part of a phase's context. */
export interface WriteStopContext {
  readonly migration: Migration
  readonly settings: MigrationSettings
  readonly source: Database
  readonly target: Database
  readonly switches: readonly Switch[]
  readonly record: MigrationRecord
}

/** The steps of a write stop, each to be journaled before it is done, and each to be called once, in this order. */
export interface WriteStop {
  /** Holds the application back. */
  pauseSwitches(): Promise<void>
  /** No new logins at the source, and the sessions that are there end. */
  fenceSource(): Promise<void>
  /** A marker written after the fence has arrived and is flushed: everything before it has too. */
  drain(): Promise<void>
  /** The subscription stops, and the slot has nothing left to send. */
  proveNothingLeft(): Promise<void>
  carrySequences(): Promise<void>
  /** Triggers that would have fired while changes were applied. */
  enableHeldBack(): Promise<void>
  /** The application's role logs in at the target and writes, rolled back. */
  testApplication(): Promise<void>
  /** What was proved so far, one sentence each. */
  readonly proofs: readonly string[]
  end(): Promise<void>
}

const PAUSE_DEADLINE_MS = 2_000
const END_SESSIONS_DEADLINE_MS = 2_000
const DRAIN_DEADLINE_MS = 10_000
const SLOT_FREE_DEADLINE_MS = 3_000

/**
 * Opens everything a write stop needs and checks, before anything stops, that it can succeed.
 *
 * @param signal - aborted when the budget is over; statements in flight are cancelled
 * @throws {FlyttError} `LAG_TOO_BIG`, `SCHEMA_CHANGED`, `SUBSCRIPTION_MISSING`, `SWITCH_FAILED`
 */
export async function openWriteStop(context: WriteStopContext, signal: AbortSignal): Promise<WriteStop> {
  const { migration, settings, source, target, switches, record } = context
  const { epoch } = migration
  const names = objectNames(migration.id)
  const opened: Session[] = []
  const open = async (database: Database) => {
    const session = await database.open({ applicationName: 'flytt cutover', signal })
    opened.push(session)
    return session
  }
  const end = async () => {
    await Promise.all(opened.map((session) => session.end()))
  }
  try {
    const publisher = await open(source)
    const subscriber = await open(target)
    const subscription = await findSubscription(subscriber, names.subscription)
    if (subscription === null)
      throw new FlyttError('SUBSCRIPTION_MISSING', { context: { subscription: names.subscription } })
    const lag = await measureLag(publisher, subscriber, names.slot)
    if (lag.lagBytes > settings.policy.maxLag || lag.replayMs === null || lag.replayMs > settings.policy.maxReplay) {
      throw new FlyttError('LAG_TOO_BIG', { context: { lagBytes: lag.lagBytes } })
    }
    await requireSameSchemas(record, publisher, subscriber)
    for (const each of switches) {
      const [blocker] = (await each.check()).filter(({ verdict }) => verdict === 'block')
      if (blocker)
        throw new FlyttError('SWITCH_FAILED', { context: { switchName: each.name, reason: blocker.summary } })
    }
    const heldBack = (await record.fact('held-back', heldBackFact)) ?? []
    const proofs: string[] = []
    return {
      proofs,
      async pauseSwitches() {
        await Promise.all(switches.map((each) => each.pause(PAUSE_DEADLINE_MS)))
      },
      async fenceSource() {
        await fence(publisher, source.name, epoch)
        await endSessions(publisher, source.name, [publisher.pid], END_SESSIONS_DEADLINE_MS)
      },
      async drain() {
        const marker = await writeHeartbeat(publisher)
        await waitForBeat(subscriber, marker, DRAIN_DEADLINE_MS)
        const lsn = await flushOrigin(subscriber, subscription.oid)
        proofs.push(
          `marker ${marker} written after the fence is applied and flushed on the target (origin ${lsn ?? 'unknown'})`,
        )
      },
      async proveNothingLeft() {
        await withEpoch(subscriber, epoch, () => disableSubscription(subscriber, names.subscription))
        await waitUntilSlotIsFree(publisher, names.slot)
        const count = await peekChangeCount(publisher, names.slot, names.publication)
        if (count > 0) throw new FlyttError('LATE_WRITE', { context: { count } })
        proofs.push('the slot has 0 changes left to send')
      },
      async carrySequences() {
        const states = await readSequences(publisher)
        // A worker that slept since it read them must not set them back after a later cutover.
        await withEpoch(subscriber, epoch, () => setSequences(subscriber, states))
        proofs.push(`${states.length} sequences carried over and read back`)
      },
      async enableHeldBack() {
        await enableHeldBack(subscriber, heldBack, () => requireEpoch(subscriber, epoch))
      },
      async testApplication() {
        const tables = await requireApplicationWrites(databaseAt('target', settings.target.applicationUrl), signal)
        proofs.push(
          `the application's role logged in at the target and may write (${tables.join(', ') || 'no table is writable by it'})`,
        )
      },
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** Both schemas must be what they were when the data was compared. */
async function requireSameSchemas(record: MigrationRecord, publisher: Session, subscriber: Session): Promise<void> {
  const verified = await record.fact('verified', verifiedFact)
  if (verified === null)
    throw new FlyttError('APPROVAL_MISSING', { context: { reason: 'the data was never compared' } })
  if ((await readSchemaFingerprint(publisher)) !== verified.sourceFingerprint)
    throw new FlyttError('SCHEMA_CHANGED', { context: { side: 'source' } })
  if ((await readSchemaFingerprint(subscriber)) !== verified.targetFingerprint)
    throw new FlyttError('SCHEMA_CHANGED', { context: { side: 'target' } })
}

/** A walsender that was told to stop may need a second. */
async function waitUntilSlotIsFree(publisher: Session, slotName: string): Promise<void> {
  const deadline = performance.now() + SLOT_FREE_DEADLINE_MS
  for (;;) {
    const slot = await requireReplicationSlot(publisher, slotName)
    if (!slot.isActive) return
    if (performance.now() > deadline && slot.activePid !== null) {
      // The subscriber is disabled, so its walsender only waits for a dead connection to time out.
      await publisher.query('SELECT pg_catalog.pg_terminate_backend($1, 500)', [slot.activePid])
    }
    if (performance.now() > deadline + SLOT_FREE_DEADLINE_MS) {
      throw new FlyttError('INTERNAL', {
        context: { reason: `the slot ${slotName} stays in use after its subscription was disabled` },
      })
    }
    await delay(5)
  }
}

/**
 * Lets writes at the source go on, wherever a write stop ended before the point of no return; may be called again.
 *
 * The fence is lifted before the switches resume, so that no statement meets it; the subscription goes on.
 *
 * @throws {FlyttError} `OWNERSHIP_LOST`, or why a server or a switch could not be reached: then it must be called again
 */
export async function reopenSource(context: WriteStopContext): Promise<void> {
  const { migration, source, target, switches, record } = context
  const names = objectNames(migration.id)
  await source.with({ applicationName: 'flytt reopen' }, async (publisher) => {
    if (await hasFence(publisher)) await liftFence(publisher, source.name, migration.epoch)
  })
  const results = await Promise.allSettled(switches.map((each) => each.resume()))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  await target.with({ applicationName: 'flytt reopen' }, async (subscriber) => {
    // Without Flytt's schema nothing of a copy is there; and a worker that slept until the end must not touch the target.
    if (!(await hasFence(subscriber))) return
    // Before changes are applied again, or the triggers would fire for them.
    await disableHeldBack(subscriber, (await record.fact('held-back', heldBackFact)) ?? [], () =>
      requireEpoch(subscriber, migration.epoch),
    )
    await withEpoch(subscriber, migration.epoch, async () => {
      if ((await findSubscription(subscriber, names.subscription)) !== null)
        await enableSubscription(subscriber, names.subscription)
    })
  })
}

/**
 * Lets the application go on after a pause that this worker may have made too late, when another one had the migration.
 *
 * Harmless at any other time: writes are held off by the fence, never by a switch alone.
 */
export async function takeBackPause(switches: readonly Switch[]): Promise<void> {
  await Promise.all(switches.map((each) => each.resume()))
}

/**
 * Points every switch at the target, then lets all go on. After the point of no return; may be called again.
 *
 * Every switch is pointed before any resumes, so that no two applications write on two sides.
 */
export async function sendToTarget(context: WriteStopContext, endpoint: Endpoint): Promise<void> {
  await Promise.all(context.switches.map((each) => each.pointAt(endpoint)))
  await Promise.all(context.switches.map((each) => each.resume()))
}
