import { describe, expect, test } from '@jest/globals'
import { cutEscaped, escapeText, joinLines, mention, toCode, truncate } from '../../../src/slack/escape.ts'

describe('text from elsewhere', () => {
  test('a mention or link becomes plain text', () => {
    expect(escapeText('<!channel> <@U1> a & b')).toBe('&lt;!channel&gt; &lt;@U1&gt; a &amp; b')
  })

  test('characters that hide or turn text are taken out', () => {
    expect(escapeText('a\u202Eb\u200Bc\u0000d\ne')).toBe('abcd\ne')
  })

  test('a name cannot end the code it is shown in', () => {
    expect(toCode('a`b\nc')).toBe('`aˋb c`')
  })

  test('an empty name still shows as code', () => {
    expect(toCode('')).toBe('` `')
  })

  test('only a real user id is mentioned', () => {
    expect([mention('U0ADA'), mention('!channel'), mention('<x>')]).toEqual(['<@U0ADA>', '!channel', '&lt;x&gt;'])
  })

  test('cutting leaves no half character, entity or token', () => {
    expect(truncate('ab😀', 4)).toBe('ab😀')
    expect(truncate('ab😀c', 4)).toBe('ab…')
    expect(cutEscaped('aaaa&amp;', 7)).toBe('aaaa…')
    expect(cutEscaped('aaaa<@U1> b', 8)).toBe('aaaa…')
  })

  test('lines that do not fit are counted', () => {
    expect(joinLines(['aaaa', 'bbbb', 'cccc', 'dddd'], 18)).toBe('aaaa\n… and 3 more')
    expect(joinLines(['aaaa', 'bbbb'], 9)).toBe('aaaa\nbbbb')
  })
})
