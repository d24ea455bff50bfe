import { describe, expect, test } from '@jest/globals'
import { query } from '../support/database.ts'
import { expectMoved, readSequenceValues } from '../support/moved.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'

/** 17 to 18 is what the other scenarios do. */
const PAIRS = [
  [16, 17],
  [16, 18],
  [15, 18],
] as const

describe.each(PAIRS)('a whole migration from PostgreSQL %i to %i under load', (sourceMajor, targetMajor) => {
  const scenario = useScenario({ sourceMajor, targetMajor, rows: 10_000, writesPerSecond: 60 })

  test(
    'loses nothing and leaves nothing',
    async () => {
      const { type, approve, waitUntilFinished, shop } = scenario()
      const majorOf = async (url: string) =>
        query(url, `SELECT current_setting('server_version_num')::int / 10000 AS major`)
      expect(await majorOf(shop.sourceUrl)).toEqual([{ major: sourceMajor }])
      expect(await majorOf(shop.targetUrl)).toEqual([{ major: targetMajor }])
      expect(await type('start shop')).toContain('/migrate status shop')
      await approve()
      await waitUntilFinished()
      await expectMoved(scenario())

      await shop.application?.pause()
      const source = await readSequenceValues(shop.sourceUrl)
      const target = await readSequenceValues(shop.targetUrl)
      expect(Object.keys(target)).toEqual(Object.keys(source))
    },
    SCENARIO_TIMEOUT_MS,
  )
})
