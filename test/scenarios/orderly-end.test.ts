import { describe, expect, test } from '@jest/globals'
import type { FlyttProcess } from '../../sandbox/flytt-process.ts'
import { holdInsert } from '../support/hold.ts'
import { holdPhaseAtTable } from '../support/hold-phase.ts'
import { expectMoved } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { pollUntil } from '../support/servers.ts'
import { descendantsOf, isAlive, theWorker } from '../support/workers.ts'

/** What init systems give at least. */
const END_LIMIT_MS = 10_000

/** SIGTERM, and everything is gone in time: the process, with 0, and whatever it had started. */
async function expectOrderlyEnd(child: FlyttProcess): Promise<void> {
  const family = descendantsOf(child.pid)
  const tookMs = await child.stop()
  process.stderr.write(`MEASURED SIGTERM: ${child.entry} ended after ${String(Math.round(tookMs))} ms\n`)
  expect({ entry: child.entry, code: child.exitCode() }).toEqual({ entry: child.entry, code: 0 })
  expect(tookMs).toBeLessThan(END_LIMIT_MS)
  await pollUntil(() => !family.some(isAlive), { describe: `${child.entry} leaves no process`, deadlineMs: 2_000 })
}

describe('SIGTERM', () => {
  const scenario = useScenario({ flytt: 'apart', switchKind: 'file' })
  const running = () => scenario().sandbox.processes.filter((each) => each.isRunning())
  const endAll = () => Promise.all(running().map(expectOrderlyEnd))

  test(
    'ends bot and worker while they have nothing to do',
    async () => {
      expect(running().map(({ entry }) => entry)).toEqual(['bot', 'worker'])
      await endAll()
      expect(running()).toEqual([])
      scenario().sandbox.startFlytt('bot')
      scenario().sandbox.startFlytt('worker')
      await pollUntil(async () => (await scenario().sandbox.workspace.state()).connections > 0, {
        describe: 'the bot is there again',
      })
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'ends bot and worker in the middle of a phase, which goes on after the start',
    async () => {
      const { sandbox, shop, type, migration } = scenario()
      const held = holdPhaseAtTable(scenario(), 'copy', shop.targetUrl, 'sales.orders', 'SHARE')
      expect(await type('start shop')).toContain('status shop')
      const copying = await held
      await endAll()
      expect(await migration()).toMatchObject({ phase: 'copy', status: 'running' })
      await copying.release()
      const verifying = holdPhaseAtTable(scenario(), 'verify', shop.targetUrl, 'catalog.warehouses', 'ACCESS EXCLUSIVE')
      sandbox.startFlytt('main')
      const verify = await verifying
      // One process with both parts.
      await endAll()
      expect(await migration()).toMatchObject({ phase: 'verify', status: 'running' })
      await verify.release()
      sandbox.startFlytt('bot')
      sandbox.startFlytt('worker')
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'in approval loses no vote, and in the cutover finishes it first',
    async () => {
      const { sandbox, shop, approvalMessage, react, migration, waitUntilFinished } = scenario()
      const { ts } = await approvalMessage()
      await react('U0ADA', ts)
      await endAll()
      const draining = await holdInsert(sandbox.stateUrl, 'journal', "NEW.step = 'drain'")
      // While nobody listens.
      await react('U0BJORN', ts)
      sandbox.startFlytt('bot')
      sandbox.startFlytt('worker')
      await draining.arrived()
      const ending = expectOrderlyEnd(theWorker(scenario()))
      await draining.release()
      await ending
      expect(await migration()).toMatchObject({ phase: 'finish', switched: true, status: 'running' })
      await pollUntil(() => shop.application?.state().serverPort === sandbox.target.port, {
        describe: 'the application writes on the target',
      })
      sandbox.startFlytt('worker')
      await waitUntilFinished()
      await expectMoved(scenario())
      await endAll()
      expect(running()).toEqual([])
    },
    SCENARIO_TIMEOUT_MS,
  )
})
