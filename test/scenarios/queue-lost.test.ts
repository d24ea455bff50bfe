import { afterAll, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { startRedis, type RedisServer } from '../../sandbox/servers/redis.ts'
import { holdPhaseAtTable } from '../support/hold-phase.ts'
import { expectMoved } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { requireProgram } from '../support/servers.ts'

requireProgram('redis-server')('a migration whose queue is lost', () => {
  const scenario = useScenario({ flytt: 'apart', switchKind: 'file', redis: true })
  let again: RedisServer | null = null
  afterAll(async () => {
    await again?.stop()
  })

  test(
    'goes on and ends the same: flushed in copy, catch-up and approval, and killed in verify',
    async () => {
      const { sandbox, shop, type, approvalMessage, react, migration, waitUntilFinished } = scenario()
      const { redis } = sandbox
      if (redis === null) throw new Error('The sandbox has no Redis.')
      const atCopy = holdPhaseAtTable(scenario(), 'copy', shop.targetUrl, 'sales.orders', 'SHARE')
      expect(await type('start shop')).toContain('status shop')
      const copying = await atCopy
      const atCatchUp = holdPhaseAtTable(
        scenario(),
        'catch-up',
        shop.sourceUrl,
        'flytt_migration.heartbeat',
        'EXCLUSIVE',
      )
      await redis.flushAll()
      await copying.release()

      const catchingUp = await atCatchUp
      const atVerify = holdPhaseAtTable(scenario(), 'verify', shop.targetUrl, 'catalog.warehouses', 'ACCESS EXCLUSIVE')
      await redis.flushAll()
      await catchingUp.release()

      const verifying = await atVerify
      await redis.kill()
      await verifying.release()
      // The append-only file has everything up to the last second.
      again = await startRedis({ directory: join(sandbox.directory, 'redis'), port: redis.port })

      const { ts } = await approvalMessage()
      await react('U0ADA', ts)
      await again.flushAll()
      await react('U0BJORN', ts)
      await waitUntilFinished()
      expect((await migration()).run).toBeLessThan(12)
      await expectMoved(scenario())
      expect(sandbox.processes.every((each) => each.isRunning())).toBe(true)
    },
    SCENARIO_TIMEOUT_MS,
  )
})
