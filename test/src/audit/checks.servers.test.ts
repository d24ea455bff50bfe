import { beforeAll, describe, expect, test } from '@jest/globals'
import { createShop } from '../../../sandbox/shop/create-shop.ts'
import { AUDIT_CHECKS } from '../../../src/audit/checks.ts'
import { runChecks } from '../../../src/audit/run-checks.ts'
import type { Finding } from '../../../src/migration/finding.ts'
import { useServers } from '../../support/servers.ts'
import { APPLICATION, makeBench, REPLICATION } from './audit-bench.ts'

const servers = useServers({ oldest: 15, newer: 17, newest: 18 })

describe.each(['oldest', 'newer'] as const)('the shop on the %s server, moved to the newest', (name) => {
  let findings: readonly Finding[]
  beforeAll(async () => {
    const bench = await makeBench(servers[name], servers.newest)
    await createShop(servers[name], {
      rows: 2_000,
      database: 'shop',
      passwords: {
        owner: 'shop-owner-secret',
        reader: 'shop-reader-secret',
        application: APPLICATION.password,
        replication: REPLICATION.password,
      },
    })
    const login = { user: 'postgres', password: servers[name].superuserPassword, database: 'shop' }
    let subject = bench.subject
    await bench.findings(
      {
        name: 'probe',
        whenUnknown: 'block',
        run: async (context) => {
          subject = context
          return [{ check: 'probe', verdict: 'ok', summary: '', remedy: null }]
        },
      },
      {
        sourceUrl: servers[name].urlFor(login),
        sourceApplicationUrl: servers[name].urlFor({ ...APPLICATION, database: 'shop' }),
      },
    )
    findings = await runChecks(AUDIT_CHECKS, subject, { signal: new AbortController().signal })
  }, 60_000)

  test('has no blocker', () => {
    expect(findings.filter(({ verdict }) => verdict === 'block')).toEqual([])
  })

  test('has only the warnings that it deserves', () => {
    const warnings = findings.filter(({ verdict }) => verdict === 'warn').map(({ check }) => check)
    expect(warnings).toEqual(['replica-identity'])
  })

  test('has a finding of every check, none of which could not be made', () => {
    expect([...new Set(findings.map(({ check }) => check))]).toEqual(AUDIT_CHECKS.map((check) => check.name))
    expect(findings.filter(({ summary }) => summary.includes('Could not'))).toEqual([])
  })

  test('names what waits for the cutover or the target', () => {
    const summaryOf = (check: string) =>
      findings
        .filter((finding) => finding.check === check)
        .map(({ summary }) => summary)
        .join('\n')
    expect(summaryOf('replica-triggers')).toContain('keep_price on catalog.products')
    expect(summaryOf('roles')).toContain('shop_owner')
    expect(summaryOf('contents')).toContain('catalog.best_sellers')
    expect(summaryOf('unfinished-objects')).toContain('customers_name_given of sales.customers')
    expect(summaryOf('session-timeouts')).toContain('idle_in_transaction_session_timeout = 5min')
  })
})

test('checks have distinct names in kebab-case', () => {
  const names = AUDIT_CHECKS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([])
})
