import { expect, test } from '@jest/globals'
import { query } from '../support/database.ts'
import { expectMoved, findLeftovers } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { expectOpenSource } from '../support/workers.ts'

const scenario = useScenario({ flytt: 'apart', shops: ['shop', 'stock'], switchKind: 'file', writesPerSecond: 30 })

const userTables = (url: string) =>
  query(
    url,
    `SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1, 2`,
  )

test(
  'two migrations at once: one is paused, goes on and is aborted, the other moves as if alone',
  async () => {
    const { type, approve, approvalMessage, migration, waitFor, waitUntilFinished, sandbox } = scenario()
    const stock = sandbox.shops[1]
    if (stock === undefined) throw new Error('There is no second shop.')
    expect(await userTables(stock.targetUrl)).toEqual([])

    await Promise.all([type('start shop'), type('start stock')])
    await waitFor(
      ({ phase }) => phase === 'copy' || phase === 'indexes' || phase === 'catch-up',
      'stock is copied',
      'stock',
    )
    await type('pause stock')
    expect((await migration('stock')).status).toBe('paused')
    await approve()
    await type('resume stock')
    await approvalMessage('stock')
    await type('abort stock')
    await waitUntilFinished()
    await expectMoved(scenario())

    await waitFor(({ status }) => status === 'aborted' || status === 'abort-failed', 'stock is taken back', 'stock')
    expect((await migration('stock')).status).toBe('aborted')
    expect(await findLeftovers(stock.sourceUrl)).toEqual([])
    expect(await findLeftovers(stock.targetUrl)).toEqual([])
    expect(await userTables(stock.targetUrl)).toEqual([])
    await expectOpenSource(scenario(), stock)
    expect(await stock.application?.check()).toMatchObject({ missing: 0, duplicated: 0 })

    // What was taken back can be begun anew.
    await type('start stock')
    await approve('stock')
    await waitUntilFinished('stock')
    expect(await stock.application?.check()).toMatchObject({ missing: 0, duplicated: 0 })
    expect(stock.application?.state()).toMatchObject({ failed: 0, serverPort: sandbox.target.port })
  },
  SCENARIO_TIMEOUT_MS,
)
