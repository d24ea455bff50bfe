import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { PostgresServer } from '../../../../sandbox/servers/embedded-postgres.ts'
import { applicationLogin } from '../../../../src/audit/postgres/application-login.ts'
import { replicationRole } from '../../../../src/audit/postgres/replication-role.ts'
import { roles } from '../../../../src/audit/postgres/roles.ts'
import { rowSecurity } from '../../../../src/audit/postgres/row-security.ts'
import { sourceRights } from '../../../../src/audit/postgres/source-rights.ts'
import { superuserSessions } from '../../../../src/audit/postgres/superuser-sessions.ts'
import { targetRights } from '../../../../src/audit/postgres/target-rights.ts'
import type { Finding } from '../../../../src/migration/finding.ts'
import { query, withClient } from '../../../support/database.ts'
import { useServers } from '../../../support/servers.ts'
import { APPLICATION, createRole, makeBench, REPLICATION, type AuditBench } from '../audit-bench.ts'

const servers = useServers({ source: 17, target: 18, oldTarget: 15 })
let bench: AuditBench
beforeEach(async () => {
  bench = await makeBench(servers.source, servers.target)
})

/** A role of its own, so that no test sees another's grants. */
async function lesserRole(
  server: PostgresServer,
  database: string,
  attributes = 'LOGIN',
): Promise<{ name: string; url: string }> {
  const name = `lesser_${randomBytes(4).toString('hex')}`
  const password = 'lesser-secret'
  await createRole(server.url, name, `${attributes} PASSWORD '${password}'`)
  return { name, url: server.urlFor({ user: name, password, database }) }
}

/** Runs every statement that a report shows in backticks, as a person would. */
async function obey(url: string, findings: readonly Finding[]): Promise<void> {
  for (const { remedy } of findings) {
    if (remedy === null) continue
    const marked = [...remedy.matchAll(/`([A-Z][^`]*)`/g)].map(([, statement]) => statement ?? '')
    for (const statement of marked.length > 0 ? marked : [remedy]) {
      if (!statement.includes('rds_'))
        await query(url, statement.replace('PASSWORD …', `PASSWORD 'chosen-by-a-person'`))
    }
  }
}

describe('source-rights', () => {
  test('blocks a role that may do nothing, until its statements were run', async () => {
    const owner = await lesserRole(servers.source, bench.source.name)
    await query(servers.source.url, `ALTER DATABASE ${bench.source.name} OWNER TO ${owner.name}`)
    await query(
      bench.source.url,
      `CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t OWNER TO ${owner.name}`,
    )
    const role = await lesserRole(servers.source, bench.source.name)
    const findings = await bench.findings(sourceRights, { sourceUrl: role.url })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'block', 'block', 'block', 'block', 'warn'])
    expect(findings.map(({ summary }) => summary).join('\n')).toContain(`${owner.name} (1 table, public.t)`)
    await obey(bench.source.url, findings)
    expect(await bench.verdicts(sourceRights, { sourceUrl: role.url })).toEqual(['ok'])
  })

  test('passes a superuser', async () => {
    expect(await bench.verdicts(sourceRights)).toEqual(['ok'])
  })
})

describe('target-rights', () => {
  test('blocks a role that may do nothing, until its statements were run', async () => {
    const owner = await lesserRole(servers.source, bench.source.name)
    await createRole(servers.target.url, owner.name, 'LOGIN')
    await query(
      bench.source.url,
      `CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t OWNER TO ${owner.name}`,
    )
    const role = await lesserRole(servers.target, bench.target.name)
    const findings = await bench.findings(targetRights, { targetUrl: role.url })
    expect(findings.filter(({ verdict }) => verdict === 'block')).toHaveLength(3)
    const toObey = findings.filter(({ remedy }) => remedy?.includes('"postgres"') !== true)
    await obey(bench.target.url, toObey)
    await query(bench.target.url, `GRANT ${owner.name}, postgres TO ${role.name}`)
    expect(await bench.verdicts(targetRights, { targetUrl: role.url })).toEqual(['ok'])
  })

  test('says that only a superuser may below 16', async () => {
    const old = await makeBench(servers.source, servers.oldTarget)
    const role = await lesserRole(servers.oldTarget, old.target.name)
    const findings = await old.findings(targetRights, { targetUrl: role.url })
    expect(findings[0]).toMatchObject({ verdict: 'block', remedy: expect.stringContaining('SUPERUSER') })
  })

  test('passes a superuser', async () => {
    expect(await bench.verdicts(targetRights)).toEqual(['ok'])
  })
})

describe('replication-role', () => {
  test('blocks a missing role, with statements that make it right', async () => {
    const user = `Repl "${randomBytes(4).toString('hex')}"`
    const findings = await bench.findings(replicationRole, { replication: { user } })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block'])
    await obey(bench.source.url, findings)
    expect(await bench.verdicts(replicationRole, { replication: { user } })).toEqual(['ok'])
  })

  test('blocks each thing that it lacks, until its statements were run', async () => {
    const { name: user } = await lesserRole(
      servers.source,
      bench.source.name,
      `NOLOGIN CONNECTION LIMIT 1 VALID UNTIL '2020-01-01'`,
    )
    await query(
      bench.source.url,
      `CREATE TABLE public.hidden (id int PRIMARY KEY); REVOKE CONNECT ON DATABASE ${bench.source.name} FROM PUBLIC`,
    )
    const findings = await bench.findings(replicationRole, { replication: { user } })
    expect(findings.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'block'))
    expect(findings.map(({ summary }) => summary).join('\n')).toContain('public.hidden')
    await obey(bench.source.url, findings)
    expect(await bench.verdicts(replicationRole, { replication: { user } })).toEqual(['ok'])
  })

  test('warns of a password that expires within a week', async () => {
    const { name: user } = await lesserRole(servers.source, bench.source.name, 'LOGIN REPLICATION')
    await query(
      servers.source.url,
      `ALTER ROLE ${user} VALID UNTIL '${new Date(Date.now() + 86_400_000).toISOString()}'`,
    )
    expect(await bench.verdicts(replicationRole, { replication: { user } })).toEqual(['warn'])
  })

  test('passes one that has everything', async () => {
    expect(await bench.verdicts(replicationRole)).toEqual(['ok'])
  })
})

describe('roles', () => {
  let owner: { name: string; url: string }
  beforeEach(async () => {
    owner = await lesserRole(servers.source, bench.source.name)
    await query(
      bench.source.url,
      `CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t OWNER TO ${owner.name}`,
    )
  })

  test('blocks when the source does not let Flytt read passwords, until its statements were run', async () => {
    const { url } = await lesserRole(servers.source, bench.source.name)
    const findings = await bench.findings(roles, { sourceUrl: url })
    expect(findings[0]).toMatchObject({
      verdict: 'block',
      remedy: expect.stringContaining(`CREATE ROLE "${owner.name}" LOGIN PASSWORD …;`),
    })
    await obey(bench.target.url, findings)
    expect(await bench.verdicts(roles, { sourceUrl: url })).toEqual(['ok'])
  })

  test('blocks when the target does not let Flytt create roles', async () => {
    const { url } = await lesserRole(servers.target, bench.target.name)
    const [finding] = await bench.findings(roles, { targetUrl: url })
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('may not create roles') })
  })

  test('says which ones it will create when it may', async () => {
    const [finding] = await bench.findings(roles)
    expect(finding).toMatchObject({ verdict: 'info', summary: expect.stringContaining(owner.name) })
  })

  test('warns of one that may not log in on the target', async () => {
    await createRole(servers.target.url, owner.name, 'NOLOGIN')
    expect(await bench.verdicts(roles)).toEqual(['warn'])
  })
})

describe('row-security', () => {
  test('passes when no table has it', async () => {
    expect(await bench.verdicts(rowSecurity)).toEqual(['ok'])
  })

  test('blocks each role that it binds, until its statements were run', async () => {
    await query(
      bench.source.url,
      'CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY',
    )
    expect(await bench.verdicts(rowSecurity)).toEqual(['ok'])
    const { name: user } = await lesserRole(servers.source, bench.source.name, 'LOGIN REPLICATION')
    const findings = await bench.findings(rowSecurity, { replication: { user } })
    expect(findings).toMatchObject([{ verdict: 'block', summary: expect.stringContaining('public.t') }])
    await obey(bench.source.url, findings)
    expect(await bench.verdicts(rowSecurity, { replication: { user } })).toEqual(['ok'])
  })

  test('blocks a target role that it binds', async () => {
    await query(
      bench.source.url,
      'CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY',
    )
    const { url } = await lesserRole(servers.target, bench.target.name)
    expect(await bench.verdicts(rowSecurity, { targetUrl: url })).toEqual(['block'])
  })
})

describe('application-login', () => {
  test('blocks a wrong password on the source, and warns of one on the target, without telling it', async () => {
    const wrong = { user: APPLICATION.user, password: 'a-wrong-password' }
    const findings = await bench.findings(applicationLogin, {
      sourceApplicationUrl: servers.source.urlFor({ ...wrong, database: bench.source.name }),
      targetApplicationUrl: servers.target.urlFor({ ...wrong, database: bench.target.name }),
    })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'warn'])
    expect(findings[0]?.summary).toContain('(LOGIN_REFUSED)')
    expect(JSON.stringify(findings)).not.toContain(wrong.password)
  })

  test('blocks a URL that leads to another database', async () => {
    const other = servers.source.urlFor({ ...APPLICATION, database: 'postgres' })
    const findings = await bench.findings(applicationLogin, { sourceApplicationUrl: other })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'ok'])
    expect(
      await bench.verdicts(applicationLogin, {
        targetApplicationUrl: servers.source.urlFor({ ...APPLICATION, database: bench.source.name }),
      }),
    ).toEqual(['block', 'ok'])
  })

  test('blocks a role of the target URL that no server will have', async () => {
    const url = servers.target.urlFor({ user: 'nobody_knows', password: 'no-password', database: bench.target.name })
    expect(await bench.verdicts(applicationLogin, { targetApplicationUrl: url })).toEqual(['block', 'ok'])
  })

  test('waits with the target for a role that comes with the migration', async () => {
    const role = await lesserRole(servers.source, bench.source.name)
    await query(bench.source.url, `GRANT CONNECT ON DATABASE ${bench.source.name} TO ${role.name}`)
    const findings = await bench.findings(applicationLogin, {
      sourceApplicationUrl: role.url,
      targetApplicationUrl: servers.target.urlFor({
        user: role.name,
        password: 'lesser-secret',
        database: bench.target.name,
      }),
    })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'info'])
  })

  test('warns of a superuser', async () => {
    expect(await bench.verdicts(applicationLogin, { sourceApplicationUrl: bench.source.url })).toEqual(['warn', 'ok'])
  })

  test('passes a role that can log in to both', async () => {
    expect(await bench.verdicts(applicationLogin)).toEqual(['ok', 'ok'])
  })
})

describe('superuser-sessions', () => {
  test('warns while a superuser works in the source', async () => {
    expect(await bench.verdicts(superuserSessions)).toEqual(['ok'])
    await withClient(bench.source.url, async (client) => {
      await client.query(`SET application_name = 'nightly job'`)
      const [finding] = await bench.findings(superuserSessions)
      expect(finding).toMatchObject({
        verdict: 'warn',
        summary: expect.stringContaining('postgres (nightly job), 1 session'),
      })
    })
  })
})

test('names of the inventory cannot smuggle SQL into a statement', async () => {
  const user = `x"; DROP TABLE t; --`
  const [finding] = await bench.findings(replicationRole, { replication: { user } })
  expect(finding?.remedy).toContain(pg.escapeIdentifier(user))
  expect(REPLICATION.user).not.toBe(user)
})
