import { describe, expect, test } from '@jest/globals'
import { findNearestWord } from '../../commands/nearest-word.ts'

const KNOWN = ['start', 'status', 'list', 'pause', 'resume', 'retry', 'abort', 'help', 'shop', 'shop-2']

describe('the word somebody meant', () => {
  test.each([
    ['strat', 'start'],
    ['stats', 'status'],
    ['statsu', 'status'],
    ['PAUSE', 'pause'],
    ['abrot', 'abort'],
    ['hlep', 'help'],
    ['shp', 'shop'],
    ['resme', 'resume'],
    ['stat', 'status'],
    ['ab', 'abort'],
  ])('%s is taken for %s', (typed, meant) => {
    expect(findNearestWord(typed, KNOWN)).toBe(meant)
  })

  test.each(['deploy', 'xyz', '', 'q', 'w'.repeat(5000)])('nothing is guessed from %s', (typed) => {
    expect(findNearestWord(typed, KNOWN)).toBeNull()
  })
})
