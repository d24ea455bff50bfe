import { expect, test } from '@jest/globals'
import { planRefresh } from '../../../src/postgres/materialized-views.ts'

test('fills each view behind those it is built on, and none that the source never filled', () => {
  const views = [
    { name: 'a', is_populated: true, needs: ['c'] },
    { name: 'b', is_populated: false, needs: [] },
    { name: 'c', is_populated: true, needs: ['d'] },
    { name: 'd', is_populated: true, needs: [] },
  ]
  expect(planRefresh(views)).toEqual(['d', 'c', 'a'])
})
