import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { quoteArgument, quoteCommand } from '../../../src/ssh/shell-quote.ts'

describe('quoteCommand', () => {
  test('gives a shell back exactly what was put in', () => {
    const hostile = [
      `it's`,
      '$(touch /nowhere)',
      '`id`',
      'a b',
      '',
      'line\nbreak',
      '*',
      '; exit 3',
      `\\`,
      '-n',
      '!x',
      '~',
      'x=1',
      'é',
      '"',
      '\t',
    ]
    const command = quoteCommand(['printf', '%s\\0', ...hostile])
    const printed = execFileSync('sh', ['-c', command], { encoding: 'utf8' })
    expect(printed.split('\0').slice(0, -1)).toEqual(hostile)
  })

  test('does not take a program with an equals sign for an assignment', () => {
    expect(quoteCommand(['a=b', 'c'])).toBe(`'a=b' c`)
  })

  test('leaves plain words readable', () => {
    expect(quoteCommand(['sysctl', '-n', 'net.core.rmem_max'])).toBe('sysctl -n net.core.rmem_max')
  })

  test('refuses a NUL byte', () => {
    expect(() => quoteArgument('a\0b')).toThrow('NUL')
  })
})
