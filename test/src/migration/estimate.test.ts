import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { estimateRemainingMs, predictWriteStopMs } from '../../../src/migration/estimate.ts'

describe('the estimate of what is left', () => {
  test('is none below one percent', () => {
    expect(estimateRemainingMs(9, 1000, 60_000)).toBeNull()
  })

  test('is none while there is nothing to measure by', () => {
    expect(estimateRemainingMs(0, 0, 0)).toBeNull()
    expect(estimateRemainingMs(50, 100, 0)).toBeNull()
  })

  test('goes by the pace so far', () => {
    expect(estimateRemainingMs(25, 100, 1000)).toBe(3000)
  })

  test('is never negative', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (done, total, elapsed) => {
        expect(estimateRemainingMs(done, total, elapsed) ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the predicted write stop', () => {
  const measures = { markerMs: 10, sequenceCount: 100, switchCount: 1, roundTripMs: 1 }

  test.each(['markerMs', 'sequenceCount', 'switchCount', 'roundTripMs'] as const)('grows with %s', (measure) => {
    expect(predictWriteStopMs({ ...measures, [measure]: measures[measure] * 50 })).toBeGreaterThan(
      predictWriteStopMs(measures),
    )
  })
})
