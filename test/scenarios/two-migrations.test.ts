import { describe, expect, test } from '@jest/globals'
import { describeCatalog, describeRoles } from '../support/catalog.ts'
import { holdPhaseAtTable } from '../support/hold-phase.ts'
import { expectMoved } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario, type Scenario } from '../support/scenario.ts'
import { expectOpenSource } from '../support/workers.ts'

describe('two migrations on the same servers', () => {
  const scenario = useScenario({ flytt: 'apart', switchKind: 'file', shops: ['shop', 'stock'], writesPerSecond: 40 })
  const stock = (): Scenario => {
    const shop = scenario().sandbox.shops[1]
    if (shop === undefined) throw new Error('There is no second shop.')
    return { ...scenario(), shop }
  }

  async function expectAborted(name: string): Promise<void> {
    const { status } = await scenario().waitFor(
      (migration) => ['aborted', 'abort-failed', 'failed', 'finished'].includes(migration.status),
      `${name} is aborted`,
      name,
    )
    expect(status).toBe('aborted')
  }

  /** Everything a migration of stock could leave changed; the target's roles may serve the other one. */
  async function describeServers({ roles }: { readonly roles: boolean }) {
    const { sourceUrl, targetUrl } = stock().shop
    return {
      source: await describeCatalog(sourceUrl),
      target: await describeCatalog(targetUrl),
      sourceRoles: await describeRoles(sourceUrl),
      targetRoles: roles ? await describeRoles(targetUrl) : null,
    }
  }

  test(
    'aborting in copy and in indexes leaves both servers as they were and the application writing',
    async () => {
      const { type, sandbox } = scenario()
      const { shop } = stock()
      const before = await describeServers({ roles: true })
      const expectAsBefore = async () => {
        await expectAborted('stock')
        expect(await describeServers({ roles: true })).toEqual(before)
        await expectOpenSource(stock(), shop)
      }

      const atCopy = holdPhaseAtTable(stock(), 'copy', shop.targetUrl, 'sales.orders', 'SHARE')
      expect(await type('start stock')).toContain('status stock')
      const copying = await atCopy
      expect(await type('abort stock')).toContain('stock')
      await copying.release()
      await expectAsBefore()

      const atIndexes = holdPhaseAtTable(stock(), 'indexes', shop.targetUrl, 'sales.orders', 'SHARE ROW EXCLUSIVE')
      await type('start stock')
      const indexing = await atIndexes
      await type('abort stock')
      await indexing.release()
      await expectAsBefore()

      expect(sandbox.shops[0]?.application?.state().failed).toBe(0)
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'a pause in copy and in catch-up holds one and an abort in approval ends the other, without disturbing each other',
    async () => {
      const { type, approve, approvalMessage, migration, waitFor, sandbox, shop, waitUntilFinished } = scenario()
      const before = await describeServers({ roles: false })
      const atCopy = holdPhaseAtTable(scenario(), 'copy', shop.targetUrl, 'sales.orders', 'SHARE')
      await type('start shop')
      expect(await type('start stock')).toContain('status stock')
      const copying = await atCopy
      await type('pause shop')
      await copying.release()
      const paused = await waitFor(({ status }) => status === 'paused', 'shop is paused')
      expect(paused.phase).toBe('copy')

      // The other one goes on meanwhile.
      await approvalMessage('stock')
      await type('abort stock')
      await expectAborted('stock')
      expect(await describeServers({ roles: false })).toEqual(before)
      await expectOpenSource(stock(), stock().shop)
      await type('start stock')
      await approvalMessage('stock')
      expect(await migration()).toMatchObject({ phase: 'copy', status: 'paused', run: paused.run })

      const atCatchUp = holdPhaseAtTable(
        scenario(),
        'catch-up',
        shop.sourceUrl,
        'flytt_migration.heartbeat',
        'EXCLUSIVE',
      )
      await type('resume shop')
      const catchingUp = await atCatchUp
      await type('pause shop')
      await catchingUp.release()
      expect((await waitFor(({ status }) => status === 'paused', 'shop is paused again')).phase).toBe('catch-up')
      await type('resume shop')

      await Promise.all([approve('shop'), approve('stock')])
      await waitUntilFinished('shop')
      await waitUntilFinished('stock')
      for (const each of sandbox.shops) await expectMoved({ ...scenario(), shop: each })
    },
    SCENARIO_TIMEOUT_MS,
  )
})
