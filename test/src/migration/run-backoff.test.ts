import { describe, expect, test } from '@jest/globals'
import { backoffMs } from '../../../src/migration/run-backoff.ts'
import { MINUTE_MS } from '../../../src/units.ts'

describe('the wait after a trouble', () => {
  test('doubles up to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, 0))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ])
  })

  test('ends after ten minutes, when a person must act', () => {
    expect(backoffMs(3, 10 * MINUTE_MS - 1)).not.toBeNull()
    expect(backoffMs(3, 10 * MINUTE_MS)).toBeNull()
  })
})
