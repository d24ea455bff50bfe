import { expect, test } from '@jest/globals'
import { compareRows } from '../../../src/postgres/compare-table.ts'

const row = (keyHash: string, rowHash: string) => ({ key: [keyHash], keyHash, rowHash })

test('finds what one side has more often than the other, whatever the order', () => {
  const equal = [row('1', 'a'), row('2', 'b'), row('2', 'b')]
  expect(compareRows(equal, equal.toReversed())).toEqual([])
  expect(
    compareRows([...equal, row('3', 'c')], [...equal, row('2', 'b')]).map(({ side, excess, row: { keyHash } }) => [
      side,
      keyHash,
      excess,
    ]),
  ).toEqual([
    ['target', '2', 1],
    ['source', '3', 1],
  ])
})
