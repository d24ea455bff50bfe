import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { targetReachesSource } from '../../../../src/audit/network/target-reaches-source.ts'
import { sessionTimeouts } from '../../../../src/audit/postgres/session-timeouts.ts'
import { Secret } from '../../../../src/secret.ts'
import { query } from '../../../support/database.ts'
import { useServers } from '../../../support/servers.ts'
import { createRole, makeBench, REPLICATION, type AuditBench } from '../audit-bench.ts'

const servers = useServers({
  source: 17,
  target: 18,
  trusting: { major: 17, hba: ['host all all 127.0.0.1/32 trust'] },
  physicalOnly: {
    major: 17,
    hba: [
      'host all postgres 127.0.0.1/32 scram-sha-256',
      'host all shop_app 127.0.0.1/32 scram-sha-256',
      'host replication all 127.0.0.1/32 scram-sha-256',
    ],
  },
})
let bench: AuditBench
beforeEach(async () => {
  bench = await makeBench(servers.source, servers.target)
})

describe('target-reaches-source', () => {
  test('passes when the target can log in for replication', async () => {
    expect(await bench.verdicts(targetReachesSource)).toEqual(['ok'])
  })

  test('blocks a wrong password without telling it, in the report or in the log of the target', async () => {
    const password = 'not-the-password-at-all'
    const [finding] = await bench.findings(targetReachesSource, { replication: { password: new Secret(password) } })
    expect(finding).toMatchObject({
      verdict: 'block',
      summary: expect.stringContaining('password authentication failed'),
    })
    expect(JSON.stringify(finding)).not.toContain(password)
    expect(readFileSync(join(servers.target.directory, 'server.log'), 'utf8')).not.toContain(password)
  })

  test('blocks an address where nothing listens', async () => {
    const [finding] = await bench.findings(targetReachesSource, { replication: { sourceAddress: '127.0.0.1:1' } })
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('127.0.0.1:1') })
  })

  test('blocks a pg_hba.conf that only lets physical replication in, with the line that lets this in', async () => {
    const physical = await makeBench(servers.physicalOnly, servers.target)
    const [finding] = await physical.findings(targetReachesSource)
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('no pg_hba.conf entry') })
    expect(finding?.remedy).toContain(`\`host ${physical.source.name} ${REPLICATION.user} 127.0.0.1/32 scram-sha-256\``)
  })

  test('blocks a source that asks a lesser role of the target for no password', async () => {
    const trusting = await makeBench(servers.trusting, servers.target)
    await createRole(servers.target.url, 'subscriber', `LOGIN PASSWORD 'subscriber-secret'`)
    await query(
      servers.target.url,
      `GRANT pg_create_subscription TO subscriber; GRANT CREATE ON DATABASE ${trusting.target.name} TO subscriber`,
    )
    const targetUrl = servers.target.urlFor({
      user: 'subscriber',
      password: 'subscriber-secret',
      database: trusting.target.name,
    })
    const [finding] = await trusting.findings(targetReachesSource, { targetUrl })
    expect(finding).toMatchObject({ verdict: 'block', remedy: expect.stringContaining('ask for a password') })
  })
})

describe('session-timeouts', () => {
  test('warns of a timeout that cuts a copy when the override does not reach the source', async () => {
    await query(servers.source.url, `ALTER DATABASE ${bench.source.name} SET statement_timeout = '30s'`)
    // A dial that fails for another reason leaves open whether the override would arrive.
    const change = { replication: { sourceAddress: '127.0.0.1:1' } }
    const [finding] = await bench.findings(sessionTimeouts, change)
    expect(finding?.verdict).toBe('warn')
    await query(bench.source.url, /`([^`]*)`/.exec(finding?.remedy ?? '')?.[1] ?? '')
    expect(await bench.verdicts(sessionTimeouts)).toEqual(['info'])
  })
})
