import { describe, expect, test } from '@jest/globals'
import { reportMoment } from '../../../src/migration/report-moment.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/units.ts'

/** How many lines a phase of this length writes when it looks every second. */
function countLines(lengthMs: number): number {
  const moments = new Set<number>()
  for (let elapsed = 0; elapsed <= lengthMs; elapsed += SECOND_MS) {
    const moment = reportMoment(elapsed)
    if (moment !== null) moments.add(moment)
  }
  return moments.size
}

describe('lines in the thread', () => {
  test('begin after fifteen seconds', () => {
    expect(reportMoment(14_999)).toBeNull()
    expect(reportMoment(15_000)).toBe(15_000)
  })

  test('come once per moment, however often it is asked', () => {
    expect(reportMoment(15_200)).toBe(reportMoment(29_999))
  })

  test('thin out: a few in the first minute, not many in a night', () => {
    expect(countLines(MINUTE_MS)).toBe(4)
    expect(countLines(8 * HOUR_MS)).toBeLessThan(40)
  })
})
