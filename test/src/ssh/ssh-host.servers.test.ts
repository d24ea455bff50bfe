import { execFileSync, spawn } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import ssh2 from 'ssh2'
import { hostKeyFingerprint } from '../../../src/ssh/host-key.ts'
import type { Host } from '../../../src/ssh/host.ts'
import { sshHostAt } from '../../../src/ssh/ssh-host.ts'
import { FlyttError } from '../../../src/errors.ts'
import { Secret } from '../../../src/secret.ts'
import type { HostSettings } from '../../../src/inventory.ts'
import { pollUntil } from '../../support/servers.ts'

const hostKey = ssh2.utils.generateKeyPairSync('ed25519')
const userKey = ssh2.utils.generateKeyPairSync('ed25519')
const otherKey = ssh2.utils.generateKeyPairSync('ed25519')

/** What the server does with a command besides running it in a shell. */
type Manner = 'run' | 'hang' | 'never-answer' | 'no-exit-status' | 'drop'

const clients = new Set<ssh2.Connection>()
let manner: Manner = 'run'
let logins = 0

const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
  clients.add(client)
  client.on('error', () => undefined)
  client.on('close', () => clients.delete(client))
  client.on('authentication', (attempt) => {
    const known = ssh2.utils.parseKey(userKey.public)
    if (known instanceof Error) throw known
    const isKnown =
      attempt.method === 'publickey' && attempt.username === 'flytt' && attempt.key.data.equals(known.getPublicSSH())
    if (isKnown) attempt.accept()
    else attempt.reject(['publickey'])
  })
  client.on('ready', () => {
    logins++
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, info) => {
        if (manner === 'never-answer') return
        if (manner === 'drop') {
          client.end()
          return
        }
        const channel = acceptExec()
        if (manner === 'hang') return
        if (manner === 'no-exit-status') {
          channel.end()
          return
        }
        // Without `exec` some shells stay in between and turn a signal into an exit code.
        const child = spawn('sh', ['-c', `exec ${info.command}`])
        channel.stdin.pipe(child.stdin)
        child.stdin.on('error', () => undefined)
        child.stdout.on('data', (data: Buffer) => channel.write(data))
        child.stderr.on('data', (data: Buffer) => channel.stderr.write(data))
        child.on('close', (code, signal) => {
          if (code === null) channel.exit(String(signal).replace('SIG', ''))
          else channel.exit(code)
          channel.end()
        })
      })
    })
  })
})

let settings: HostSettings
let folder: string
const opened: Host[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flytt-test-'))
  const key = ssh2.utils.parseKey(hostKey.public)
  if (key instanceof Error) throw key
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  settings = {
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'flytt',
    privateKey: new Secret(userKey.private),
    hostKey: hostKeyFingerprint(key.getPublicSSH()),
  }
})

afterEach(async () => {
  manner = 'run'
  await Promise.all(opened.splice(0).map((host) => host.end()))
})

afterAll(async () => {
  for (const client of clients) client.end()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

const hostWith = (changes: Partial<HostSettings> = {}): Host => {
  const host = sshHostAt('source', { ...settings, ...changes })
  opened.push(host)
  return host
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof FlyttError ? error.code : String(error)
}

describe('a host that is not what the inventory names', () => {
  test('is refused when it shows another key, with both fingerprints in the error', async () => {
    const expected = `SHA256:${'A'.repeat(43)}`
    const error: unknown = await hostWith({ hostKey: expected })
      .run(['true'])
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'HOST_KEY_MISMATCH', context: { expected, found: settings.hostKey } })
    expect(logins).toBe(0)
  })

  test('is told apart when it refuses the login', async () => {
    expect(await codeOf(hostWith({ privateKey: new Secret(otherKey.private) }).run(['true']))).toBe(
      'HOST_LOGIN_REFUSED',
    )
    expect(await codeOf(hostWith({ user: 'somebody' }).run(['true']))).toBe('HOST_LOGIN_REFUSED')
  })

  test('is told apart when the private key cannot be read, and the key is not in the error', async () => {
    const text = '-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense-of-a-key\n-----END OPENSSH PRIVATE KEY-----'
    const error: unknown = await hostWith({ privateKey: new Secret(text) })
      .run(['true'])
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'HOST_LOGIN_REFUSED' })
    expect(String(error)).not.toContain('nonsense')
  })

  test('is told apart when nothing listens', async () => {
    expect(await codeOf(hostWith({ port: 1 }).run(['true']))).toBe('HOST_UNREACHABLE')
  })
})

describe('a command', () => {
  test('gives exit code, output and error output; a failing one is a result', async () => {
    const result = await hostWith().run(['sh', '-c', 'echo "out $1"; echo err >&2; exit 3', 'sh', `it's`])
    expect(result).toEqual({ exitCode: 3, stdout: `out it's\n`, stderr: 'err\n' })
  })

  test('gets its standard input, also one it does not read', async () => {
    const host = hostWith()
    expect(await host.run(['cat'], { stdin: 'secret ✓' })).toMatchObject({ exitCode: 0, stdout: 'secret ✓' })
    expect(await host.run(['true'], { stdin: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 })
  })

  test('keeps characters whole that arrive in two pieces', async () => {
    const result = await hostWith().run(['node', '-e', `for (let i = 0; i < 30000; i++) process.stdout.write('é✓😀')`])
    expect(result.stdout).toBe('é✓😀'.repeat(30_000))
  })

  test('that ended by a signal has no exit code', async () => {
    expect(await hostWith().run(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ exitCode: null })
  })

  test.each(['hang', 'never-answer'] as const)('is given up after its own deadline (%s)', async (how) => {
    manner = how
    expect(await codeOf(hostWith().run(['sleep', '60'], { timeoutMs: 200 }))).toBe('HOST_COMMAND_TIMED_OUT')
  })

  test('is given up when the signal is aborted', async () => {
    manner = 'hang'
    const abort = new AbortController()
    const running = hostWith().run(['sleep', '60'], { signal: abort.signal })
    setTimeout(() => {
      abort.abort(new Error('paused'))
    }, 100)
    await expect(running).rejects.toThrow('paused')
  })

  test.each(['drop', 'no-exit-status'] as const)('whose end is not known is an error (%s)', async (how) => {
    manner = how
    expect(await codeOf(hostWith().run(['true']))).toBe('HOST_UNREACHABLE')
  })
})

describe('a connection', () => {
  test('is made once for commands that run side by side', async () => {
    logins = 0
    const host = hostWith()
    await Promise.all([host.run(['true']), host.run(['true']), host.run(['true'])])
    expect(logins).toBe(1)
  })

  test('that breaks while idle does not end the process, and the next command makes another one', async () => {
    logins = 0
    const host = hostWith()
    await host.run(['true'])
    for (const client of clients) (client as unknown as { _sock: { resetAndDestroy(): void } })._sock.resetAndDestroy()
    await pollUntil(() => clients.size === 0, { describe: 'the server lets go of the client' })
    const result = await pollUntil(() => host.run(['echo', 'back']), { describe: 'a command runs again' })
    expect(result.stdout).toBe('back\n')
    expect(logins).toBe(2)
  })

  test('is not needed to end a host, and ending twice is fine', async () => {
    const host = hostWith()
    await host.end()
    await host.run(['true'])
    await host.end()
    await host.end()
    await pollUntil(() => clients.size === 0, { describe: 'the connection is closed' })
    expect(clients.size).toBe(0)
  })
})

test('the fingerprint is the one that ssh-keygen prints', () => {
  const key = ssh2.utils.parseKey(hostKey.public)
  if (key instanceof Error) throw key
  writeFileSync(join(folder, 'key.pub'), hostKey.public)
  let printed: string
  try {
    printed = execFileSync('ssh-keygen', ['-lf', join(folder, 'key.pub')], { encoding: 'utf8' })
  } catch {
    // Without OpenSSH there is nothing to compare with; the handshake tests above use the same function.
    printed = `256 ${hostKeyFingerprint(key.getPublicSSH())}`
  }
  expect(printed).toContain(hostKeyFingerprint(key.getPublicSSH()))
})
