import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startOpensshHost } from '../../../sandbox/servers/openssh-host.ts'
import { startSshHost, type SshHost } from '../../../sandbox/servers/ssh-host.ts'
import { hostAccess } from '../../../src/audit/hosts/host-access.ts'
import type { AuditContext } from '../../../src/audit/audit-check.ts'
import { Secret } from '../../../src/secret.ts'
import type { Host } from '../../../src/ssh/host.ts'
import { sshHostAt } from '../../../src/ssh/ssh-host.ts'
import { requireProgram, useDirectory } from '../../support/servers.ts'

const directory = useDirectory()

function describeHost(start: (name: string) => Promise<SshHost>): void {
  let server: SshHost
  let host: Host
  const hostWith = (hostKey: string) =>
    sshHostAt('source', {
      address: server.address,
      port: server.port,
      user: server.user,
      privateKey: new Secret(readFileSync(server.privateKeyFile, 'utf8')),
      hostKey,
    })
  beforeAll(async () => {
    server = await start('db1')
    host = hostWith(server.hostKeyFingerprint)
  })
  afterAll(async () => {
    await host.end()
    await server.stop()
  })

  test('passes the audit', async () => {
    const context = { hosts: { source: host, target: null }, signal: new AbortController().signal } as AuditContext
    expect(await hostAccess.run(context)).toMatchObject([{ verdict: 'ok', summary: expect.stringContaining('Linux') }])
  })

  test('gets arguments, input and output unchanged', async () => {
    const text = `it's "quoted" $HOME ✓\n`
    expect(await host.run(['tee', `/tmp/a 'name'`], { stdin: text })).toMatchObject({ exitCode: 0 })
    expect(await host.run(['cat', `/tmp/a 'name'`])).toMatchObject({ exitCode: 0, stdout: text })
    expect((await host.run(['cat', '/nowhere'])).exitCode).not.toBe(0)
  })

  test('is refused when the pinned key is another', async () => {
    const other = hostWith(`SHA256:${'A'.repeat(43)}`)
    await expect(other.run(['true'])).rejects.toMatchObject({
      code: 'HOST_KEY_MISMATCH',
      context: { found: server.hostKeyFingerprint },
    })
    await other.end()
  })
}

describe('the sandbox host', () => {
  describeHost((name) => startSshHost({ name, directory: join(directory(), 'ssh2') }))
})

requireProgram('sshd')('the same behind a real sshd', () => {
  describeHost((name) => startOpensshHost({ name, directory: join(directory(), 'openssh') }))
})
