import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { Phase, PhaseContext } from '../../jobs/phase.ts'
import { runPhase, type PhaseRunner } from '../../jobs/run-phase.ts'
import { FlyttError } from '../../src/errors.ts'
import type { Migration } from '../../src/migration/migration.ts'
import { PHASE_NAMES, type PhaseName } from '../../src/migration/phase-name.ts'
import { Secret } from '../../src/secret.ts'
import { applyRevisions } from '../../src/state/apply-revisions.ts'
import { tryLock } from '../../src/state/migration-lock.ts'
import { openRecord } from '../../src/state/migration-record.ts'
import { createMigration, findMigrationById, recordPersonsEvent, takeUp } from '../../src/state/migration-store.ts'
import { openState, type StateDatabase } from '../../src/state/state-database.ts'
import { freshDatabase, query } from '../support/database.ts'
import { pollUntil, useServers } from '../support/servers.ts'

const servers = useServers({ state: 18 })
const log = pino({ level: 'silent' })

let state: StateDatabase
let url: string
let migration: Migration
let phases: Record<PhaseName, Phase>
let undone: PhaseName[]
let enqueued: string[]
let stopping: AbortController
let number = 0

beforeAll(async () => {
  url = (await freshDatabase(servers.state)).url
  state = openState(new Secret(url), log)
  await applyRevisions(state)
})
afterAll(async () => {
  await state.end()
})
beforeEach(async () => {
  number += 1
  migration = await createMigration(state, {
    name: `m${number}`,
    sourceKey: `s${number}`,
    requesterUserId: 'U0A',
    channelId: 'C0A',
  })
  undone = []
  enqueued = []
  stopping = new AbortController()
  phases = Object.fromEntries(PHASE_NAMES.map((name) => [name, aPhase(name)])) as Record<PhaseName, Phase>
})

function aPhase(
  name: PhaseName,
  run: Phase['run'] = () => Promise.resolve({ kind: 'done' }),
  more: Partial<Phase> = {},
): Phase {
  return {
    name,
    check: () => Promise.resolve([]),
    run,
    undo: () => {
      undone.push(name)
      return Promise.resolve()
    },
    ...more,
  }
}

function runner(): PhaseRunner {
  return {
    phases,
    state,
    queue: {
      enqueue: (next) => {
        enqueued.push(`${next.phase}-${next.run}`)
        return Promise.resolve()
      },
      wake: () => Promise.resolve(),
    },
    log,
    stopping: stopping.signal,
    tryLock: (id) => tryLock(new Secret(url), `migration ${id}`),
    createContext: (now, signal) =>
      Promise.resolve({
        context: { migration: now, signal, record: openRecord(state, now), log } as PhaseContext,
        end: () => Promise.resolve(),
      }),
    showRoot: () => Promise.resolve(),
  }
}

const now = async () => {
  const found = await findMigrationById(state, migration.id)
  if (found === null) throw new Error('gone')
  return found
}
/** Runs the job of the migration's present phase. */
const tick = async () => {
  const { phase, run } = await now()
  return runPhase(runner(), { migrationId: migration.id, phase, run })
}
const said = async () =>
  (
    await query<{ key: string; place: string; text: string }>(
      url,
      `SELECT key, place, wanted->>'text' AS text FROM flytt.message WHERE migration_id = $1 ORDER BY id`,
      [migration.id],
    )
  ).map(({ key, place, text }) => ({ key, place, text }))

/** A phase that works until it is told to stop. */
const endless: Phase['run'] = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })

describe('a run', () => {
  test('that is done queues the next phase, tells the thread, and in the end the migration is finished', async () => {
    for (const name of PHASE_NAMES) {
      expect((await now()).phase).toBe(name)
      expect(await tick()).toEqual({ kind: 'done' })
    }
    expect((await now()).status).toBe('finished')
    expect(enqueued).toHaveLength(PHASE_NAMES.length - 1)
    expect((await said()).filter(({ key }) => key.startsWith('run-'))).toHaveLength(PHASE_NAMES.length)
  })

  test('that waits comes back as it is', async () => {
    phases.audit = aPhase('audit', () => Promise.resolve({ kind: 'wait', delayMs: 1234 }))
    expect(await tick()).toEqual({ kind: 'wait', delayMs: 1234 })
    expect(await now()).toMatchObject({ phase: 'audit', run: 1, status: 'running' })
  })

  test('that goes back runs the earlier phase again', async () => {
    await tick()
    phases.schema = aPhase('schema', () =>
      Promise.resolve({ kind: 'back', phase: 'audit', error: { code: 'LAG_TOO_BIG', message: 'm', remedy: 'r' } }),
    )
    await tick()
    expect(await now()).toMatchObject({ phase: 'audit', status: 'running' })
  })

  test('of an earlier number does nothing', async () => {
    let runs = 0
    phases.schema = aPhase('schema', () => {
      runs += 1
      return Promise.resolve({ kind: 'done' })
    })
    await tick()
    expect(await runPhase(runner(), { migrationId: migration.id, phase: 'audit', run: 1 })).toEqual({ kind: 'done' })
    expect(runs).toBe(0)
  })

  test('that another worker does is left to it', async () => {
    const lock = await tryLock(new Secret(url), `migration ${migration.id}`)
    expect(await tick()).toMatchObject({ kind: 'wait' })
    await lock?.release()
    expect(await tick()).toEqual({ kind: 'done' })
  })
})

describe('an error', () => {
  test('that a person must mend stops the migration, and the channel reads code, sentence and remedy', async () => {
    phases.audit = aPhase('audit', () => Promise.reject(new FlyttError('SLOT_MISSING', { context: { slotName: 'x' } })))
    expect(await tick()).toEqual({ kind: 'done' })
    expect(await now()).toMatchObject({ status: 'failed', phase: 'audit', error: { code: 'SLOT_MISSING' } })
    expect(await said()).toContainEqual({
      key: 'failed-1',
      place: 'broadcast',
      text: expect.stringContaining('/migrate abort') as unknown as string,
    })
  })

  test('nobody thought of stops the migration too, with its own words and no secret', async () => {
    phases.audit = aPhase('audit', () =>
      Promise.reject(new TypeError('x is not a function of postgres://me:geheim@host/db')),
    )
    await tick()
    const { error } = await now()
    expect(error).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('x is not a function') as unknown as string,
    })
    expect(JSON.stringify(await said())).not.toContain('geheim')
  })

  test('that may heal is tried again, longer and longer, told once, and given up in the end', async () => {
    phases.audit = aPhase('audit', () =>
      Promise.reject(new FlyttError('CONNECTION_LOST', { context: { side: 'source', reason: 'ECONNRESET' } })),
    )
    expect(await tick()).toEqual({ kind: 'wait', delayMs: 1000 })
    expect(await tick()).toEqual({ kind: 'wait', delayMs: 2000 })
    expect((await said()).filter(({ key }) => key.startsWith('trouble-'))).toHaveLength(1)
    await query(
      url,
      `UPDATE flytt.fact SET value = jsonb_set(value, '{since}', to_jsonb(now() - interval '11 minutes')) WHERE migration_id = $1 AND name = 'trouble'`,
      [migration.id],
    )
    expect(await tick()).toEqual({ kind: 'done' })
    expect((await now()).status).toBe('failed')
  })

  test.each(['done', 'wait'] as const)('that heals (%s) leaves no trace for the next one', async (kind) => {
    let fails = true
    phases.audit = aPhase('audit', () => {
      if (fails) return Promise.reject(new FlyttError('CONNECTION_LOST', { context: { side: 'source', reason: 'x' } }))
      return Promise.resolve(kind === 'done' ? { kind } : { kind, delayMs: 1 })
    })
    await tick()
    fails = false
    expect(await tick()).toMatchObject({ kind })
    expect(
      await query(url, `SELECT 1 FROM flytt.fact WHERE migration_id = $1 AND name = 'trouble'`, [migration.id]),
    ).toEqual([])
  })

  test('of a phase that must end is tried again whatever it is, since stopping would leave writes stopped', async () => {
    phases.audit = aPhase(
      'audit',
      () => Promise.reject(new FlyttError('SLOT_MISSING', { context: { slotName: 'x' } })),
      { mustEnd: true },
    )
    expect(await tick()).toMatchObject({ kind: 'wait' })
    expect((await now()).status).toBe('running')
    expect((await said()).some(({ key, place }) => key.startsWith('trouble-') && place === 'broadcast')).toBe(true)
  })

  test('because the inventory does not name the migration any more is told, not retried in silence', async () => {
    const broken = {
      ...runner(),
      createContext: () => Promise.reject(new FlyttError('MIGRATION_NOT_FOUND', { context: { name: 'm' } })),
    }
    await runPhase(broken, { migrationId: migration.id, phase: 'audit', run: 1 })
    expect(await now()).toMatchObject({ status: 'failed', error: { code: 'MIGRATION_NOT_FOUND' } })
  })
})

describe('while a phase works', () => {
  test.each(['pause', 'abort'] as const)('a person’s %s stops it within a second, without an error', async (event) => {
    phases.audit = aPhase('audit', endless)
    const running = tick()
    await pollUntil(async () => (await now()).epoch > 0, { describe: 'it works' })
    const begun = Date.now()
    await recordPersonsEvent(state, migration.id, event, 'U0A')
    expect(await running).toEqual({ kind: 'done' })
    expect(Date.now() - begun).toBeLessThan(1500)
    expect((await now()).error).toBeNull()
  })

  test('the end of the process sends its job back at once, but not that of a phase that must end', async () => {
    phases.audit = aPhase('audit', endless)
    const running = tick()
    await pollUntil(async () => (await now()).epoch > 0, { describe: 'it works' })
    stopping.abort()
    expect(await running).toEqual({ kind: 'wait', delayMs: 0 })
    phases.audit = aPhase(
      'audit',
      ({ signal }) => Promise.resolve(signal.aborted ? { kind: 'wait', delayMs: 1 } : { kind: 'done' }),
      { mustEnd: true },
    )
    expect(await tick()).toEqual({ kind: 'done' })
  })

  test('the loss of its lock stops it', async () => {
    phases.audit = aPhase('audit', endless)
    const running = tick()
    await pollUntil(async () => (await now()).epoch > 0, { describe: 'it works' })
    await query(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `flytt lock migration ${migration.id}`,
    ])
    expect(await running).toMatchObject({ kind: 'wait' })
  })

  test('another worker’s taking over stops it, and its outcome does not count', async () => {
    phases.audit = aPhase('audit', async ({ migration: mine }) => {
      await takeUp(state, mine.id, mine.run)
      return { kind: 'done' }
    })
    expect(await tick()).toMatchObject({ kind: 'wait' })
    expect(await now()).toMatchObject({ phase: 'audit', run: 1 })
  })
})

describe('an abort', () => {
  test('takes back the phase it met and every one before it, last first, and says so', async () => {
    for (let count = 0; count < 3; count += 1) await tick()
    await recordPersonsEvent(state, migration.id, 'abort', 'U0A')
    while ((await now()).status === 'aborting') await tick()
    expect(undone).toEqual(['indexes', 'copy', 'schema', 'audit'])
    expect((await now()).status).toBe('aborted')
    expect((await said()).at(-1)).toMatchObject({ key: 'aborted', place: 'broadcast' })
  })

  test('that meets an error stops there, and goes on from there when it is tried again', async () => {
    for (let count = 0; count < 3; count += 1) await tick()
    const undo: Phase['undo'] = (context) => aPhase('copy').undo(context)
    phases.copy = aPhase('copy', undefined, {
      undo: () => Promise.reject(new FlyttError('SLOT_MISSING', { context: { slotName: 'x' } })),
    })
    await recordPersonsEvent(state, migration.id, 'abort', 'U0A')
    while ((await now()).status === 'aborting') await tick()
    expect(await now()).toMatchObject({ status: 'abort-failed', phase: 'copy' })
    phases.copy = { ...phases.copy, undo }
    await recordPersonsEvent(state, migration.id, 'retry', 'U0A')
    while ((await now()).status === 'aborting') await tick()
    expect(undone).toEqual(['indexes', 'copy', 'schema', 'audit'])
  })
})
