import { describe, expect, test } from '@jest/globals'
import { PHASE_NAMES, type PhaseName } from '../../src/migration/phase-name.ts'
import { holdInsert } from '../support/hold.ts'
import { holdPhaseAtTable } from '../support/hold-phase.ts'
import { expectMoved } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario, type Scenario } from '../support/scenario.ts'
import { requireProgram } from '../support/servers.ts'
import { expectOpenSource, killWorker } from '../support/workers.ts'

/** In the middle of a phase: waits until the worker is there, and gives how to let it go. */
const MIDDLES: Readonly<Record<PhaseName, (scenario: Scenario) => Promise<{ readonly letGo: () => Promise<void> }>>> = {
  audit: ({ sandbox }) => atInsert(sandbox.stateUrl, 'fact', "NEW.name = 'audit'"),
  schema: ({ sandbox }) => atInsert(sandbox.stateUrl, 'fact', "NEW.name = 'created-roles'"),
  // Some tables are copied, others not: the copy of this one waits.
  copy: (scenario) => atTable(scenario, 'copy', scenario.shop.targetUrl, 'sales.orders', 'SHARE'),
  indexes: (scenario) => atTable(scenario, 'indexes', scenario.shop.targetUrl, 'sales.orders', 'SHARE ROW EXCLUSIVE'),
  'catch-up': (scenario) =>
    atTable(scenario, 'catch-up', scenario.shop.sourceUrl, 'flytt_migration.heartbeat', 'EXCLUSIVE'),
  verify: (scenario) => atTable(scenario, 'verify', scenario.shop.targetUrl, 'catalog.warehouses', 'ACCESS EXCLUSIVE'),
  async approval(scenario) {
    const { ts } = await scenario.approvalMessage()
    await scenario.react('U0ADA', ts)
    return { letGo: () => Promise.resolve() }
  },
  async cutover(scenario) {
    const { ts } = await scenario.approvalMessage()
    const hold = await holdInsert(scenario.sandbox.stateUrl, 'journal', "NEW.step = 'sequences'")
    await scenario.react('U0BJORN', ts)
    await hold.arrived()
    return { letGo: hold.refuse }
  },
  finish: (scenario) =>
    atTable(scenario, 'finish', scenario.shop.sourceUrl, 'flytt_migration.heartbeat', 'ACCESS SHARE'),
}

async function atInsert(stateUrl: string, table: string, when: string) {
  const hold = await holdInsert(stateUrl, table, when)
  await hold.arrived()
  return { letGo: hold.refuse }
}

async function atTable(scenario: Scenario, phase: PhaseName, url: string, table: string, mode: string) {
  return { letGo: (await holdPhaseAtTable(scenario, phase, url, table, mode)).release }
}

function describeKills(options: { readonly redis?: boolean }) {
  const scenario = useScenario({ flytt: 'apart', switchKind: 'file', ...options })

  test(
    'the migration goes on after each, and ends the same',
    async () => {
      const { type, approve, migration, waitUntilFinished, sandbox, shop } = scenario()
      const middles = PHASE_NAMES.map((phase) => ({ phase, begin: MIDDLES[phase] }))
      let middle = middles[0]?.begin(scenario())
      await type('start shop')
      for (const [index, { phase }] of middles.entries()) {
        const reached = await middle
        expect((await migration()).phase).toBe(phase)
        await killWorker(scenario())
        await reached?.letGo()
        // Held before the next worker lives, or it would be past it.
        middle = middles[index + 1]?.begin(scenario())
        sandbox.startFlytt('worker')
        if (phase !== 'cutover') continue
        await expectOpenSource(scenario(), shop, 20_000)
        await approve()
      }
      await waitUntilFinished()
      await expectMoved(scenario())
    },
    SCENARIO_TIMEOUT_MS,
  )
}

describe('a worker that is killed in every phase, with the queue in PostgreSQL', () => {
  describeKills({})
})

requireProgram('redis-server')('a worker that is killed in every phase, with the queue in Redis', () => {
  describeKills({ redis: true })
})
