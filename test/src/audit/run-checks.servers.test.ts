import { beforeAll, describe, expect, test } from '@jest/globals'
import type { AuditCheck } from '../../../src/audit/audit-check.ts'
import { runChecks } from '../../../src/audit/run-checks.ts'
import { FlyttError } from '../../../src/errors.ts'
import type { Finding } from '../../../src/migration/finding.ts'
import { query } from '../../support/database.ts'
import { pollUntil, useServers } from '../../support/servers.ts'
import { APPLICATION, makeBench, type AuditBench } from './audit-bench.ts'

const servers = useServers({ source: 17, target: 18 })
let bench: AuditBench
beforeAll(async () => {
  bench = await makeBench(servers.source, servers.target)
}, 60_000)

const checkOf = (
  name: string,
  run: AuditCheck['run'],
  whenUnknown: AuditCheck['whenUnknown'] = 'warn',
): AuditCheck => ({
  name,
  whenUnknown,
  run,
})
const found = (check: string): Finding => ({ check, verdict: 'ok', summary: 'fine', remedy: null })
const never = new AbortController().signal

describe('a check that cannot be made', () => {
  test('says why, with its own verdict, and does not stop the others', async () => {
    const checks = [
      checkOf('first', async () => [found('first')]),
      checkOf(
        'broken',
        async ({ source }) => [found(JSON.stringify(await source.query('SELECT no_such_column')))],
        'block',
      ),
      checkOf('odd', async () => Promise.reject(new TypeError('oops'))),
      checkOf('silent', async () => []),
      checkOf('last', async ({ target }) => [
        found(String(await target.query('SELECT 1').then((rows) => rows.length))),
      ]),
    ]
    const findings = await runChecks(checks, bench.subject, { signal: never })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'block', 'warn', 'warn', 'ok'])
    expect(findings[1]?.summary).toMatch(/^Could not check this, because: .*no_such_column.* \(DATABASE_FAILED\)$/)
    expect(findings[2]?.summary).toContain('oops')
  })

  test('is ended at its deadline, with its statement, and the next one gets new sessions', async () => {
    const checks = [
      checkOf(
        'slow',
        async ({ source }) => [found(JSON.stringify(await source.query('SELECT pg_sleep(60)')))],
        'block',
      ),
      checkOf('deaf', async () => new Promise<never>(() => undefined)),
      ...['a', 'b', 'c'].map((name) =>
        checkOf(name, async ({ source }) => [found(name + String((await source.query('SELECT 1')).length))]),
      ),
    ]
    const findings = await runChecks(checks, bench.subject, { signal: never, deadlineMs: 500 })
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'warn', 'ok', 'ok', 'ok'])
    expect(findings[0]?.summary).toContain('AUDIT_CHECK_TIMED_OUT')
    await pollUntil(
      async () =>
        (await query(servers.source.url, `SELECT 1 FROM pg_stat_activity WHERE application_name = 'flytt audit'`))
          .length === 0,
      { describe: 'the sleeping session is gone' },
    )
    expect(findings).toHaveLength(5)
  })

  test('does not tell a secret', async () => {
    const checks = [
      checkOf('leaky', async () => [
        { ...found('leaky'), summary: `${APPLICATION.password}!`, remedy: APPLICATION.password },
      ]),
    ]
    const text = JSON.stringify(await runChecks(checks, bench.subject, { signal: never }))
    expect(text).not.toContain(APPLICATION.password)
  })
})

describe('runChecks', () => {
  test('gives sessions that refuse to write', async () => {
    const checks = [
      checkOf('writer', async ({ source }) => [
        found(JSON.stringify(await source.query('CREATE TABLE public.t (a int)'))),
      ]),
    ]
    const [finding] = await runChecks(checks, bench.subject, { signal: never })
    expect(finding?.summary).toContain('read-only transaction')
  })

  test('throws when a server cannot be reached, and leaves no session on the other', async () => {
    await expect(
      bench.findings(
        checkOf('any', async () => [found('any')]),
        { targetUrl: 'postgresql://postgres:x@127.0.0.1:1/nowhere' },
      ),
    ).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE', context: { side: 'target' } })
    await pollUntil(
      async () =>
        (await query(servers.source.url, `SELECT 1 FROM pg_stat_activity WHERE application_name = 'flytt audit'`))
          .length === 0,
      { describe: 'no session is left' },
    )
    expect.assertions(1)
  })

  test('throws when a password is wrong', async () => {
    const url = new URL(bench.source.url)
    url.password = 'wrong-password'
    await expect(
      bench.findings(
        checkOf('any', async () => [found('any')]),
        { sourceUrl: url.href },
      ),
    ).rejects.toMatchObject({ code: 'LOGIN_REFUSED', context: { side: 'source' } })
  })

  test('stops at once when it is aborted', async () => {
    const abort = new AbortController()
    const reason = new FlyttError('OWNERSHIP_LOST')
    const running = runChecks(
      [checkOf('slow', async ({ source }) => [found(JSON.stringify(await source.query('SELECT pg_sleep(60)')))])],
      bench.subject,
      { signal: abort.signal },
    )
    setTimeout(() => {
      abort.abort(reason)
    }, 200)
    await expect(running).rejects.toBe(reason)
  })
})
