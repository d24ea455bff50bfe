import { describe, expect, test } from '@jest/globals'
import { parseCommandLine } from '../../../sandbox/servers/command-line.ts'

describe('a command line', () => {
  test.each([
    ['cat /etc/os-release', ['cat', '/etc/os-release']],
    [`tee '/etc/a b' "c\\"d" e\\ f`, ['tee', '/etc/a b', 'c"d', 'e f']],
    [`sysctl -w 'net.ipv4.tcp_rmem=4096 87380 16777216'`, ['sysctl', '-w', 'net.ipv4.tcp_rmem=4096 87380 16777216']],
    [`echo 'it'"'"'s' ''`, ['echo', `it's`, '']],
    ['', []],
  ])('%s is read as a shell reads it', (text, words) => {
    expect(parseCommandLine(text)).toEqual({ words, redirect: null })
  })

  test('may send its output to a file', () => {
    expect(parseCommandLine('cat > /tmp/x')).toEqual({ words: ['cat'], redirect: { path: '/tmp/x', append: false } })
    expect(parseCommandLine(`cat >>'/tmp/a b'`)).toEqual({
      words: ['cat'],
      redirect: { path: '/tmp/a b', append: true },
    })
  })

  test.each([
    'a | b',
    'a; b',
    'a && b',
    'echo $HOME',
    'echo "$HOME"',
    'echo `id`',
    'ls *',
    'cat < x',
    'a > b > c',
    `echo 'open`,
    'a\n$(b)',
    'ls ~',
  ])('%s asks for more of a shell than there is', (text) => {
    expect(parseCommandLine(text)).toBeNull()
  })
})
