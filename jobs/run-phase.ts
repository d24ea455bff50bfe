import { z } from 'zod'
import { asFlyttError, FlyttError } from '../src/errors.ts'
import type { Logger } from '../src/logger.ts'
import type { Migration } from '../src/migration/migration.ts'
import { phaseAfter, phaseBefore, type PhaseName } from '../src/migration/phase-name.ts'
import { backoffMs } from '../src/migration/run-backoff.ts'
import type { PhaseJobData } from '../src/queue/phase-job.ts'
import type { PhaseQueue } from '../src/queue/phase-queue.ts'
import type { JobOutcome } from '../src/queue/phase-worker.ts'
import { migrationAborted } from '../src/slack/messages/migration-aborted.ts'
import { migrationFailed } from '../src/slack/messages/migration-failed.ts'
import { phaseDone } from '../src/slack/messages/phase-done.ts'
import { phaseTrouble } from '../src/slack/messages/phase-trouble.ts'
import { phaseUndone } from '../src/slack/messages/phase-undone.ts'
import type { Message } from '../src/slack/message.ts'
import { recordMessage } from '../src/state/message-store.ts'
import { openRecord } from '../src/state/migration-record.ts'
import type { MigrationLock } from '../src/state/migration-lock.ts'
import { endRun, findMigrationById, takeUp, type RunEnd } from '../src/state/migration-store.ts'
import { beginPhaseRun, endPhaseRun } from '../src/state/phase-run-store.ts'
import type { StateDatabase } from '../src/state/state-database.ts'
import { SECOND_MS } from '../src/units.ts'
import type { Phase, PhaseContext, PhaseOutcome } from './phase.ts'

/** What running phases needs; built once by the worker. */
export interface PhaseRunner {
  readonly phases: Readonly<Record<PhaseName, Phase>>
  readonly state: StateDatabase
  readonly queue: PhaseQueue
  readonly log: Logger
  /** Aborted when the process is told to stop. */
  readonly stopping: AbortSignal
  tryLock(migrationId: string): Promise<MigrationLock | null>
  /** @returns the context of one run, and how to let go of what it opened */
  createContext(
    migration: Migration,
    signal: AbortSignal,
    log: Logger,
  ): Promise<{ context: PhaseContext; end(): Promise<void> }>
  /** Draws the root message anew. */
  showRoot(migrationId: string): Promise<void>
}

/** Another worker has it: look again soon, in case it dies. */
const LOCKED_DELAY_MS = SECOND_MS
/** How often a running phase learns of a person's pause or abort. */
const WATCH_MS = 500

const troubleFact = z.object({ run: z.number(), attempt: z.number(), since: z.coerce.date() })

/**
 * Runs one job: loads the record, runs or undoes one phase, records the outcome, queues what comes next, tells the thread.
 *
 * State, then queue, then thread: a crash between any two is healed by jobs/resume.ts.
 */
export async function runPhase(runner: PhaseRunner, job: PhaseJobData): Promise<JobOutcome> {
  const lock = await runner.tryLock(job.migrationId)
  if (lock === null) return { kind: 'wait', delayMs: LOCKED_DELAY_MS }
  try {
    const migration = await takeUp(runner.state, job.migrationId, job.run)
    // A job of an earlier run: a person, or a crash between state and queue, was faster.
    if (migration === null) return { kind: 'done' }
    return await runOwned(runner, migration, lock)
  } finally {
    await lock.release()
  }
}

async function runOwned(runner: PhaseRunner, migration: Migration, lock: MigrationLock): Promise<JobOutcome> {
  const phase = runner.phases[migration.phase]
  const direction = migration.status === 'aborting' ? 'undo' : 'run'
  const log = runner.log.child({ migrationId: migration.id, phase: migration.phase, run: migration.run, direction })
  const { isNew } = await beginPhaseRun(runner.state, migration, direction)
  if (isNew) log.info('phase begins')

  const watch = watchFor(runner, migration, phase, lock)
  let created: Awaited<ReturnType<PhaseRunner['createContext']>> | null = null
  try {
    created = await runner.createContext(migration, watch.signal, log)
    const outcome = direction === 'undo' ? await undo(phase, created.context) : await phase.run(created.context)
    return await settle(runner, migration, outcome, direction, log)
  } catch (thrown) {
    if (watch.signal.aborted) return await stop(runner, migration, watch.reason(), log)
    return await fail(runner, migration, phase, asFlyttError(thrown), log)
  } finally {
    watch.end()
    await created?.end()
  }
}

async function undo(phase: Phase, context: PhaseContext): Promise<PhaseOutcome> {
  await phase.undo(context)
  return { kind: 'done' }
}

/** Records what a run came to and queues what is next. */
async function settle(
  runner: PhaseRunner,
  migration: Migration,
  outcome: PhaseOutcome,
  direction: 'run' | 'undo',
  log: Logger,
): Promise<JobOutcome> {
  await openRecord(runner.state, migration).removeFact('trouble')
  if (outcome.kind === 'wait') {
    await runner.showRoot(migration.id)
    return outcome
  }
  const error = outcome.kind === 'back' ? outcome.error : null
  const tookMs = await endPhaseRun(runner.state, migration, outcome.kind, error)
  const end = nextOf(migration, outcome, direction)
  const after = await endRun(runner.state, migration, end)
  if (after === null) throw new FlyttError('OWNERSHIP_LOST')
  log.info({ outcome: outcome.kind, tookMs, next: end.phase, status: end.status }, 'phase ended')
  if (end.status === 'running' || end.status === 'aborting') await runner.queue.enqueue(after)

  const key = `${direction}-${migration.run}`
  if (direction === 'undo') await tell(runner, migration, key, phaseUndone({ phase: migration.phase, tookMs }))
  else if (outcome.kind === 'done')
    await tell(runner, migration, key, phaseDone({ phase: migration.phase, tookMs, next: phaseAfter(migration.phase) }))
  if (end.status === 'aborted') {
    await tell(
      runner,
      migration,
      'aborted',
      migrationAborted({ migration: after, tookMs: Date.now() - migration.createdAt.getTime() }),
      'broadcast',
    )
  }
  await runner.showRoot(migration.id)
  return { kind: 'done' }
}

/** The order of phases, forwards and backwards: the only place that knows what comes next. */
function nextOf(migration: Migration, outcome: PhaseOutcome, direction: 'run' | 'undo'): RunEnd {
  if (outcome.kind === 'back') return { status: 'running', phase: outcome.phase, error: null }
  if (direction === 'undo') {
    const previous = phaseBefore(migration.phase)
    return { status: previous === null ? 'aborted' : 'aborting', phase: previous ?? migration.phase, error: null }
  }
  const next = phaseAfter(migration.phase)
  return { status: next === null ? 'finished' : 'running', phase: next ?? migration.phase, error: null }
}

/** A person, another worker or the end of the process came in between: nothing is wrong. */
async function stop(runner: PhaseRunner, migration: Migration, reason: StopReason, log: Logger): Promise<JobOutcome> {
  log.info({ reason }, 'phase stopped')
  switch (reason) {
    case 'person':
      await endPhaseRun(runner.state, migration, 'stopped', null)
      await runner.showRoot(migration.id)
      return { kind: 'done' }
    case 'process-ends':
      return { kind: 'wait', delayMs: 0 }
    case 'lock-lost':
      return { kind: 'wait', delayMs: LOCKED_DELAY_MS }
  }
}

/** An error that may heal is tried again for a while; any other stops the migration until a person acts. */
async function fail(
  runner: PhaseRunner,
  migration: Migration,
  phase: Phase,
  error: FlyttError,
  log: Logger,
): Promise<JobOutcome> {
  if (error.code === 'OWNERSHIP_LOST') return { kind: 'wait', delayMs: LOCKED_DELAY_MS }
  const report = error.report()
  if (error.retryable || phase.mustEnd === true) {
    const record = openRecord(runner.state, migration)
    const before = await record.fact('trouble', troubleFact)
    const trouble =
      before?.run === migration.run
        ? { ...before, attempt: before.attempt + 1 }
        : { run: migration.run, attempt: 1, since: new Date() }
    const sinceMs = Date.now() - trouble.since.getTime()
    const delayMs = phase.mustEnd === true ? SECOND_MS : backoffMs(trouble.attempt, sinceMs)
    if (delayMs !== null) {
      await record.setFact('trouble', trouble)
      log.warn({ ...report, attempt: trouble.attempt, delayMs }, 'phase met trouble; tried again')
      await tell(
        runner,
        migration,
        `trouble-${migration.run}-${error.code}`,
        phaseTrouble({ phase: migration.phase, error: report }),
        phase.mustEnd === true ? 'broadcast' : 'thread',
      )
      await runner.showRoot(migration.id)
      return { kind: 'wait', delayMs }
    }
  }
  log.error({ ...report, err: error }, 'phase failed')
  await endPhaseRun(runner.state, migration, 'failed', report)
  const status = migration.status === 'aborting' ? 'abort-failed' : 'failed'
  const after = await endRun(runner.state, migration, { status, phase: migration.phase, error: report })
  if (after === null) return { kind: 'done' }
  await tell(
    runner,
    migration,
    `failed-${migration.run}`,
    migrationFailed({ migration: after, error: report }),
    'broadcast',
  )
  await runner.showRoot(migration.id)
  return { kind: 'done' }
}

/** Records what the thread is told; the poster posts it. */
async function tell(
  runner: PhaseRunner,
  { id: migrationId }: Migration,
  key: string,
  { text, blocks }: Message,
  place: 'thread' | 'broadcast' = 'thread',
): Promise<void> {
  await recordMessage(runner.state, { migrationId, key, place, text, blocks }, 'once')
}

type StopReason = 'person' | 'process-ends' | 'lock-lost'

/**
 * Watches what may come in between while a phase runs.
 *
 * A phase that must end is not stopped by the end of the process, which waits for it.
 */
function watchFor(runner: PhaseRunner, migration: Migration, phase: Phase, lock: MigrationLock) {
  const controller = new AbortController()
  let reason: StopReason = 'person'
  const stopBecause = (why: StopReason) => () => {
    if (controller.signal.aborted) return
    reason = why
    controller.abort(new FlyttError('OWNERSHIP_LOST'))
  }
  const onLost = stopBecause('lock-lost')
  const onStopping = stopBecause('process-ends')
  lock.lost.addEventListener('abort', onLost)
  if (phase.mustEnd !== true) {
    runner.stopping.addEventListener('abort', onStopping)
    if (runner.stopping.aborted) onStopping()
  }
  const look = async () => {
    const now = await findMigrationById(runner.state, migration.id)
    if (now === null || now.status !== migration.status || now.run !== migration.run) stopBecause('person')()
    else if (now.epoch !== migration.epoch) onLost()
  }
  const watch = setInterval(() => {
    look().catch((error: unknown) => {
      // Nobody can take the migration over meanwhile but by the lock, whose loss is noticed by itself.
      runner.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'cannot watch the record')
    })
  }, WATCH_MS)
  return {
    signal: controller.signal,
    reason: () => reason,
    end() {
      clearInterval(watch)
      lock.lost.removeEventListener('abort', onLost)
      runner.stopping.removeEventListener('abort', onStopping)
    },
  }
}
