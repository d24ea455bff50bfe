import { describe, expect, test } from '@jest/globals'
import { findName, requireName, requireNothing } from '../../commands/command-words.ts'

const pause = { name: 'pause', usage: 'pause <name>' }
const list = { name: 'list', usage: 'list' }

describe('the words after a subcommand', () => {
  test('one name is taken, in small letters', () => {
    expect(requireName(pause, ['Shop-3'])).toBe('shop-3')
  })

  test('an optional name may be missing', () => {
    expect([findName(pause, []), findName(pause, ['shop'])]).toEqual([null, 'shop'])
  })

  test.each([
    [[], 'the name is missing'],
    [['a', 'b'], 'it takes one name'],
    [['<@U1|ola>'], 'only small letters'],
    [['--force'], 'only small letters'],
    [["shop';drop"], 'only small letters'],
    [['x'.repeat(100)], 'only small letters'],
  ])('%j is refused with the right usage', (words, reason) => {
    let thrown: unknown
    try {
      requireName(pause, words)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'COMMAND_MISUSED', remedy: 'Type `/migrate pause <name>`.' })
    expect(String(thrown)).toContain(reason)
  })

  test('a subcommand without a name stands alone', () => {
    expect(() => {
      requireNothing(list, ['shop'])
    }).toThrow('it stands alone')
  })
})
