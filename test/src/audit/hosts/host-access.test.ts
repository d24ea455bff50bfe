import { describe, expect, test } from '@jest/globals'
import type { AuditContext } from '../../../../src/audit/audit-check.ts'
import { hostAccess } from '../../../../src/audit/hosts/host-access.ts'
import { switches } from '../../../../src/audit/switches.ts'
import { FlyttError } from '../../../../src/errors.ts'
import type { Finding } from '../../../../src/migration/finding.ts'
import type { CommandResult, Host } from '../../../../src/ssh/host.ts'

const contextWith = (parts: Partial<AuditContext>) =>
  ({
    hosts: { source: null, target: null },
    switches: [],
    signal: new AbortController().signal,
    ...parts,
  }) as AuditContext

const hostThat = (run: () => Promise<CommandResult>): Host => ({
  address: '10.0.0.5:22',
  run,
  end: async () => undefined,
})
const answering = hostThat(async () => ({ exitCode: 0, stdout: 'Linux\n', stderr: '' }))

describe('host-access', () => {
  test('blocks a host that shows another key, with code and remedy', async () => {
    const found = `SHA256:${'B'.repeat(43)}`
    const error = new FlyttError('HOST_KEY_MISMATCH', {
      context: { side: 'source', address: '10.0.0.5:22', expected: `SHA256:${'A'.repeat(43)}`, found },
    })
    const source = hostThat(async () => Promise.reject(error))
    const findings = await hostAccess.run(contextWith({ hosts: { source, target: answering } }))
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'ok'])
    expect(findings[0]?.summary).toContain(found)
    expect(findings[0]?.summary).toContain('(HOST_KEY_MISMATCH)')
    expect(findings[0]?.remedy).toBe(error.remedy)
  })

  test('blocks a host that runs no commands', async () => {
    const target = hostThat(async () => ({ exitCode: 1, stdout: '', stderr: 'This account is not available.' }))
    const [finding] = await hostAccess.run(contextWith({ hosts: { source: null, target } }))
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('not available') })
  })

  test('says so when there are no hosts', async () => {
    expect(await hostAccess.run(contextWith({}))).toMatchObject([{ verdict: 'info' }])
  })
})

describe('switches', () => {
  const switchThat = (check: () => Promise<readonly Finding[]>) => ({ name: 'pgbouncer shop', check })

  test('hands on what a switch finds', async () => {
    const finding: Finding = { check: 'pgbouncer', verdict: 'block', summary: 'session pooling', remedy: 'change it' }
    expect(await switches.run(contextWith({ switches: [switchThat(async () => [finding])] }))).toEqual([finding])
  })

  test('blocks one that cannot be asked', async () => {
    const all = [switchThat(async () => Promise.reject(new FlyttError('INTERNAL', { context: { reason: 'refused' } })))]
    expect(await switches.run(contextWith({ switches: all }))).toMatchObject([
      { verdict: 'block', summary: expect.stringContaining('pgbouncer shop') },
    ])
  })

  test('passes those that have nothing to say', async () => {
    expect(await switches.run(contextWith({ switches: [switchThat(async () => [])] }))).toMatchObject([
      { verdict: 'ok', summary: expect.stringContaining('pgbouncer shop') },
    ])
  })
})
