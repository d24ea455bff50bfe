import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { FlyttProcess } from '../../sandbox/flytt-process.ts'
import type { Sandbox, SandboxShop } from '../../sandbox/sandbox.ts'
import { describeCatalog } from '../support/catalog.ts'
import { query } from '../support/database.ts'
import { holdInsert } from '../support/hold.ts'
import { expectMoved } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario, type Scenario } from '../support/scenario.ts'
import { pollUntil, requireProgram } from '../support/servers.ts'
import {
  countReopenings,
  expectOpenSource,
  isPaused,
  killWorker,
  measureUntilWrites,
  theWorker,
  workerAt,
} from '../support/workers.ts'

const STEPS = [
  'recheck',
  'prepare',
  'pause',
  'fence',
  'drain',
  'prove',
  'sequences',
  'triggers',
  'test-write',
  'switch',
] as const
type Step = (typeof STEPS)[number]

/** When the worker dies: right after a step was journaled, right after it was done, or in the middle of the switch. */
type Moment =
  { readonly step: Step; readonly when: 'journaled' | 'done' } | { readonly step: 'switch'; readonly when: 'half done' }

/** Two cutovers at a time, of two databases, are killed with their one worker. */
type Round = readonly [shop: Moment, stock: Moment]

/** @returns how to wait for the moment, and how to leave it when the worker is dead */
async function holdAt({ sandbox }: Scenario, shop: SandboxShop, { step, when }: Moment) {
  const next = STEPS[STEPS.indexOf(step) + 1]
  // Both held back writes are of the journal, where the worker is between two steps.
  const held = when === 'journaled' ? step : next
  const ofShop = `NEW.migration_id LIKE '${shop.name}-%'`
  if (when === 'half done') return holdInSwitch(sandbox, shop, ofShop)
  const hold =
    held === undefined
      ? await holdInsert(sandbox.stateUrl, 'fact', `NEW.name = 'cutover' AND ${ofShop}`)
      : await holdInsert(sandbox.stateUrl, 'journal', `NEW.step = '${held}' AND ${ofShop}`)
  return { arrived: hold.arrived, release: hold.release, leave: when === 'journaled' ? hold.release : hold.refuse }
}

/** PgBouncer does not answer: its file says where it shall point, and it does not know yet. */
async function holdInSwitch({ stateUrl, target }: Sandbox, { pgbouncer }: SandboxShop, ofShop: string) {
  if (pgbouncer === null) throw new Error('Only PgBouncer takes its file up later than it is written.')
  const hold = await holdInsert(stateUrl, 'journal', `NEW.step = 'switch' AND ${ofShop}`)
  return {
    async arrived() {
      await hold.arrived()
      process.kill(pgbouncer.pid, 'SIGSTOP')
      await hold.release()
      await pollUntil(() => readFileSync(pgbouncer.configFile, 'utf8').includes(`port=${String(target.port)}`), {
        describe: 'the file of PgBouncer points at the target',
      })
    },
    release: hold.release,
    leave() {
      process.kill(pgbouncer.pid, 'SIGCONT')
      return Promise.resolve()
    },
  }
}

/** The last cutover was called off as one that was interrupted, and the thread said so. */
async function expectCalledOff(scenario: Scenario, shop: SandboxShop, times: number, step: Step): Promise<void> {
  const { sandbox, migration, thread } = scenario
  const { id, switched } = await migration(shop.name)
  await pollUntil(async () => (await countReopenings(scenario, id)) === times, {
    describe: `the thread of ${shop.name} says for the ${String(times)}. time that the cutover was called off`,
    deadlineMs: 30_000,
  })
  expect(switched).toBe(false)
  await pollUntil(
    async () => {
      const runs = await query(
        sandbox.stateUrl,
        `SELECT outcome, error->>'code' AS code, (SELECT phase FROM flytt.phase_run WHERE migration_id = r.migration_id AND run = r.run + 1) AS next
           FROM flytt.phase_run AS r WHERE migration_id = $1 AND phase = 'cutover' ORDER BY run DESC LIMIT 1`,
        [id],
      )
      expect(runs).toEqual([{ outcome: 'back', code: 'CUTOVER_INTERRUPTED', next: 'catch-up' }])
      return true
    },
    { describe: `the cutover of ${shop.name} was interrupted, and catch-up follows` },
  )
  const said = JSON.stringify(await thread(shop.name))
  expect(said).toContain('CUTOVER_INTERRUPTED')
  expect(said).toContain(step)
}

function describeInterruptions(switchKind: 'file' | 'pgbouncer', rounds: readonly Round[], beyond: Round) {
  const scenario = useScenario({ flytt: 'apart', shops: ['shop', 'stock'], switchKind, writesPerSecond: 40 })
  const both = () => {
    const [shop, stock] = scenario().sandbox.shops
    if (shop === undefined || stock === undefined) throw new Error('There are not two shops.')
    return [shop, stock] as const
  }

  /** Kills the worker when both cutovers are at their moment, and starts another. */
  async function interrupt(round: Round): Promise<void> {
    const shops = both()
    for (const { name } of shops) await scenario().approvalMessage(name)
    const holds = await Promise.all(shops.map((shop, index) => holdAt(scenario(), shop, round[index as 0 | 1])))
    await Promise.all(shops.map(({ name }) => scenario().approve(name)))
    await Promise.all(holds.map((hold) => hold.arrived()))
    await killWorker(scenario())
    const measures = shops.map((shop, index) => {
      const { step, when } = round[index as 0 | 1]
      return measureUntilWrites(shop, `worker killed with ${step} ${when}, another started at once`)
    })
    await Promise.all(holds.map((hold) => hold.leave()))
    scenario().sandbox.startFlytt('worker')
    await Promise.all(measures)
  }

  test(
    'before the point of no return reopens the source and asks again, wherever it was',
    async () => {
      for (const { name } of both()) expect(await scenario().type(`start ${name}`)).toContain(`status ${name}`)
      for (const [index, round] of rounds.entries()) {
        await interrupt(round)
        for (const [which, shop] of both().entries()) {
          await expectOpenSource(scenario(), shop, 20_000)
          await expectCalledOff(scenario(), shop, index + 1, round[which as 0 | 1].step)
        }
      }
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'after it only goes forward, and has lost nothing in the end',
    async () => {
      const { sandbox, waitUntilFinished } = scenario()
      await interrupt(beyond)
      for (const shop of both()) {
        await waitUntilFinished(shop.name)
        await pollUntil(() => shop.application?.state().serverPort === sandbox.target.port, {
          describe: 'the application writes on the target',
        })
        expect(await isPaused(shop)).toBe(false)
      }
      for (const shop of both()) {
        await expectMoved({ ...scenario(), shop })
        const { id } = await scenario().migration(shop.name)
        expect(await countReopenings(scenario(), id)).toBe(rounds.length)
      }
    },
    SCENARIO_TIMEOUT_MS,
  )
}

describe('a cutover with a connection file whose worker is killed', () => {
  describeInterruptions(
    'file',
    [
      [
        { step: 'recheck', when: 'done' },
        { step: 'prepare', when: 'done' },
      ],
      [
        { step: 'fence', when: 'journaled' },
        { step: 'drain', when: 'done' },
      ],
      [
        { step: 'sequences', when: 'done' },
        { step: 'test-write', when: 'done' },
      ],
    ],
    [
      { step: 'switch', when: 'journaled' },
      { step: 'switch', when: 'done' },
    ],
  )
})

requireProgram('pgbouncer')('a cutover with PgBouncer whose worker is killed', () => {
  describeInterruptions(
    'pgbouncer',
    [
      [
        { step: 'pause', when: 'done' },
        { step: 'fence', when: 'done' },
      ],
      [
        { step: 'prove', when: 'done' },
        { step: 'triggers', when: 'done' },
      ],
    ],
    [
      { step: 'switch', when: 'journaled' },
      { step: 'switch', when: 'half done' },
    ],
  )
})

requireProgram('pgbouncer')('a cutover that another worker takes over', () => {
  const scenario = useScenario({
    flytt: 'apart',
    shops: ['shop', 'stock'],
    switchKind: 'pgbouncer',
    writesPerSecond: 40,
  })
  const both = () => scenario().sandbox.shops
  const only = () => both().slice(0, 1)

  /** Lets the worker fall asleep with every named shop at its moment; what it had asked of the servers is done. */
  async function putToSleep(shops: readonly SandboxShop[], round: Round): Promise<FlyttProcess> {
    const worker = theWorker(scenario())
    const holds = await Promise.all(shops.map((shop, index) => holdAt(scenario(), shop, round[index as 0 | 1])))
    await Promise.all(shops.map(({ name }) => scenario().approve(name)))
    await Promise.all(holds.map((hold) => hold.arrived()))
    process.kill(worker.pid, 'SIGSTOP')
    // Unlike a dead worker's, its session lives: nothing is refused, the answers wait for it.
    await Promise.all(holds.map((hold) => hold.release()))
    return worker
  }
  /** Wakes it up and lets it do whatever it still does, until it has ended. */
  async function wakeUp(worker: FlyttProcess): Promise<void> {
    process.kill(worker.pid, 'SIGCONT')
    await worker.stop()
    expect(worker.exitCode()).toBe(0)
  }

  test(
    'from one that sleeps reopens the source, and stays open when that wakes up',
    async () => {
      for (const { name } of both()) expect(await scenario().type(`start ${name}`)).toContain(`status ${name}`)
      const late = await putToSleep(both(), [
        { step: 'pause', when: 'journaled' },
        { step: 'fence', when: 'done' },
      ])
      // The first one was not paused yet, and must not be.
      const measures = both()
        .slice(1)
        .map((shop) => measureUntilWrites(shop, 'worker stopped with fence done, another started at once'))
      scenario().sandbox.startFlytt('worker')
      try {
        await Promise.all(measures)
        for (const [index, shop] of both().entries())
          await expectCalledOff(scenario(), shop, 1, index === 0 ? 'pause' : 'drain')
      } finally {
        await wakeUp(late)
      }
      for (const shop of both()) await expectOpenSource(scenario(), shop)
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'from one that is killed, by a standby, reopens the source',
    async () => {
      const { sandbox, approve, migration } = scenario()
      for (const shop of only()) {
        await scenario().approvalMessage(shop.name)
        sandbox.startFlytt('worker')
        const hold = await holdAt(scenario(), shop, { step: 'drain', when: 'done' })
        await approve(shop.name)
        await hold.arrived()
        const owner = await workerAt(scenario(), 'cutover', (await migration(shop.name)).id)
        await owner.kill()
        await hold.leave()
        await measureUntilWrites(shop, 'worker killed with drain done, a standby takes over')
        await expectCalledOff(scenario(), shop, 2, 'drain')
        await expectOpenSource(scenario(), shop)
        theWorker(scenario())
      }
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'from one that sleeps until all is over loses nothing, and the late one changes nothing',
    async () => {
      const { sandbox, approve, waitUntilFinished } = scenario()
      for (const { name } of both()) await scenario().approvalMessage(name)
      const late = await putToSleep(both(), [
        { step: 'sequences', when: 'done' },
        { step: 'test-write', when: 'done' },
      ])
      sandbox.startFlytt('worker')
      let before: readonly string[] = []
      const [shop] = only()
      if (shop === undefined) throw new Error('There is no shop.')
      try {
        await expectCalledOff(scenario(), shop, 3, 'triggers')
        // The other one was past the point of no return, which it did not know: it only goes forward.
        await waitUntilFinished('stock')
        await approve('shop')
        await waitUntilFinished('shop')
        before = await describeCatalog(shop.targetUrl)
      } finally {
        await wakeUp(late)
      }
      for (const each of both()) {
        expect(await isPaused(each)).toBe(false)
        await measureUntilWrites(each, 'the late worker has ended')
        await expectMoved({ ...scenario(), shop: each })
      }
      expect(await describeCatalog(shop.targetUrl)).toEqual(before)
    },
    SCENARIO_TIMEOUT_MS,
  )
})
