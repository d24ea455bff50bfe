import { describe, expect, test } from '@jest/globals'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatList,
  formatNumberOf,
  formatPercent,
  formatTime,
} from '../../../src/slack/format.ts'

describe('numbers for people', () => {
  test('counts have thousands separators', () => {
    expect([formatCount(12345), formatCount(12345678901234567890n)]).toEqual(['12,345', '12,345,678,901,234,567,890'])
  })

  test.each([
    [0, '0 bytes'],
    [512, '512 bytes'],
    [12_345, '12 kB'],
    [1.4 * 1024 ** 3, '1.4 GB'],
    [1024 ** 3, '1 GB'],
    [-3, '0 bytes'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test.each([
    [0, '0 ms'],
    [138, '138 ms'],
    [999.6, '1 s'],
    [2100, '2.1 s'],
    [45_000, '45 s'],
    [59_700, '1 min'],
    [130_000, '2 min 10 s'],
    [3_599_900, '1 h'],
    [3_900_000, '1 h 5 min'],
    [90_000_000, '25 h'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test('a share is rounded down, so that 100 % means all', () => {
    expect([formatPercent(999, 1000), formatPercent(1000, 1000), formatPercent(0, 0)]).toEqual([
      '99 %',
      '100 %',
      '100 %',
    ])
  })

  test('one is singular', () => {
    expect([formatNumberOf(1, 'table'), formatNumberOf(2n, 'table')]).toEqual(['1 table', '2 tables'])
  })

  test('a list reads as a sentence', () => {
    expect([formatList([]), formatList(['a']), formatList(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c'])
  })

  test('a time is shown in the time zone of each reader, with UTC where that is not possible', () => {
    expect(formatTime(new Date('2026-03-01T10:15:07Z'), 'seconds')).toBe(
      '<!date^1772360107^{time_secs}|2026-03-01 10:15 UTC>',
    )
  })
})
