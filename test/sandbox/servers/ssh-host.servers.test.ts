import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import ssh2 from 'ssh2'
import { findProgram } from '../../../sandbox/servers/find-program.ts'
import { startOpensshHost } from '../../../sandbox/servers/openssh-host.ts'
import type { SshHost } from '../../../sandbox/servers/ssh-host.ts'
import { startSshHost } from '../../../sandbox/servers/ssh-host.ts'
import { requireProgram, useDirectory } from '../../support/servers.ts'

const directory = useDirectory()
const running: SshHost[] = []
let count = 0
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()))
})

interface Login {
  readonly user?: string
  readonly privateKey?: string
  readonly password?: string
}

/** Logs in as a client that pins the host key, and runs one command. */
const runOver = (
  host: SshHost,
  command: string,
  input: string | null = null,
  login: Login = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.on('error', reject)
    client.on('ready', () => {
      client.exec(command, (error, channel) => {
        if (error) {
          reject(error)
          return
        }
        let [stdout, stderr] = ['', '']
        channel.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
        channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
        channel.on('close', (exitCode: number) => {
          client.end()
          resolve({ exitCode, stdout, stderr })
        })
        if (input !== null) channel.end(input)
      })
    })
    client.connect({
      host: host.address,
      port: host.port,
      username: login.user ?? host.user,
      ...(login.password === undefined
        ? { privateKey: login.privateKey ?? readFileSync(host.privateKeyFile, 'utf8') }
        : { password: login.password }),
      hostVerifier: (key: Buffer) =>
        `SHA256:${createHash('sha256').update(key).digest('base64').replace('=', '')}` === host.hostKeyFingerprint,
    })
  })

/** By ssh-keygen itself, where it is installed. */
const printFingerprint = (publicKey: string): string => {
  const program = findProgram('ssh-keygen')
  if (program !== null)
    return execFileSync(program, ['-lf', '-'], { input: publicKey, encoding: 'utf8' }).split(' ')[1] ?? ''
  const hash = createHash('sha256').update(Buffer.from(publicKey.split(' ')[1] ?? '', 'base64'))
  return `SHA256:${hash.digest('base64').replace('=', '')}`
}

const kinds = [
  { kind: 'ssh2', start: startSshHost, suite: describe },
  { kind: 'OpenSSH', start: startOpensshHost, suite: requireProgram('sshd') },
]

for (const { kind, start, suite } of kinds) {
  suite(`an SSH host of ${kind}`, () => {
    const startHost = async (name = `host-${String(++count)}`): Promise<SshHost> => {
      const host = await start({
        name,
        directory: join(directory(), kind, name),
        simulate: { restartPostgres: () => Promise.resolve() },
      })
      running.push(host)
      return host
    }

    test('runs an allowed command for its own client key, under its pinned host key', async () => {
      const host = await startHost('db1')
      expect(await runOver(host, 'hostname')).toEqual({ exitCode: 0, stdout: 'db1\n', stderr: '' })
      expect(host.commands).toEqual([{ command: 'hostname', exitCode: 0 }])
    })

    test('refuses another key, another user and any password', async () => {
      const host = await startHost()
      const stranger = ssh2.utils.generateKeyPairSync('ed25519').private
      await expect(runOver(host, 'hostname', null, { privateKey: stranger })).rejects.toThrow(
        /authentication methods failed/,
      )
      await expect(runOver(host, 'hostname', null, { user: 'admin' })).rejects.toThrow(/authentication methods failed/)
      await expect(runOver(host, 'hostname', null, { password: 'flytt' })).rejects.toThrow(
        /authentication methods failed/,
      )
      expect(host.commands).toEqual([])
    })

    test('takes a file over standard input, into its own folder', async () => {
      const host = await startHost()
      const text = `net.core.rmem_max = 16777216\n${'# æ\n'.repeat(20_000)}`
      expect(await runOver(host, 'tee /etc/sysctl.d/90-flytt.conf', text)).toMatchObject({ exitCode: 0, stderr: '' })
      expect(readFileSync(join(host.root, 'etc/sysctl.d/90-flytt.conf'), 'utf8')).toBe(text)
      expect(await runOver(host, 'cat /etc/sysctl.d/90-flytt.conf')).toEqual({ exitCode: 0, stdout: text, stderr: '' })
    })

    test('changes nothing of the real machine', async () => {
      const host = await startHost()
      const trace = join(directory(), 'trace')
      expect(await runOver(host, `sh -c 'echo > ${trace}'`)).toMatchObject({
        exitCode: 126,
        stderr: expect.stringMatching(/^Refused/),
      })
      await runOver(host, `tee ${trace}`, 'x')
      await runOver(host, `echo $(touch ${trace})`)
      expect(() => readFileSync(trace)).toThrow(/ENOENT/)
    })

    test('shows the fingerprint that ssh-keygen prints, the same after a restart', async () => {
      const host = await startHost('kept')
      const line = readFileSync(join(directory(), kind, 'kept', 'host_key.pub'), 'utf8')
      expect(printFingerprint(line)).toBe(host.hostKeyFingerprint)
      await running.pop()?.stop()
      expect((await startHost('kept')).hostKeyFingerprint).toBe(host.hostKeyFingerprint)
    })

    test('is gone after stop, with a client still connected', async () => {
      const host = await startHost()
      const client = new ssh2.Client()
      client.on('error', () => undefined)
      const closed = once(client, 'close')
      const ready = once(client, 'ready')
      client.connect({
        host: host.address,
        port: host.port,
        username: host.user,
        privateKey: readFileSync(host.privateKeyFile),
      })
      await ready
      await running.pop()?.stop()
      await closed
      await expect(runOver(host, 'hostname')).rejects.toThrow(/ECONNREFUSED/)
    })
  })
}
