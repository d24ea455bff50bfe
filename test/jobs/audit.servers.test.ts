import { beforeEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { PostgresServer } from '../../sandbox/servers/embedded-postgres.ts'
import { audit } from '../../jobs/audit.ts'
import type { PhaseContext } from '../../jobs/phase.ts'
import { AUDIT_CHECKS } from '../../src/audit/checks.ts'
import type { Finding } from '../../src/migration/finding.ts'
import type { Message } from '../../src/slack/message.ts'
import { query } from '../support/database.ts'
import { useServers } from '../support/servers.ts'
import { APPLICATION, makeBench, REPLICATION, type AuditBench } from '../src/audit/audit-bench.ts'

/** Autovacuum writes into the catalogs by itself, which would look like a change. */
const settings = { autovacuum: 'off' }
const servers = useServers({ source: { major: 17, settings }, target: { major: 18, settings } })
let bench: AuditBench
beforeEach(async () => {
  bench = await makeBench(servers.source, servers.target)
})

/** Every row of every catalog of a database, as one text per catalog; and what replication keeps outside of them. */
async function catalogsOf(server: PostgresServer, url: string): Promise<Record<string, string>> {
  const catalogs = await query<{ name: string }>(
    url,
    `SELECT relname AS name FROM pg_catalog.pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const queries = catalogs.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(t::text, ',' ORDER BY t::text)) AS rows FROM pg_catalog.${name} AS t`,
  )
  const rows = await query<{ name: string; rows: string }>(url, queries.join(' UNION ALL '))
  const outside = await query(
    server.url,
    `SELECT (SELECT count(*) FROM pg_replication_slots) AS slots, (SELECT count(*) FROM pg_replication_origin_status) AS origins,
            (SELECT count(*) FROM pg_prepared_xacts) AS prepared,
            (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings WHERE source <> 'session') AS settings`,
  )
  return { ...Object.fromEntries(rows.map(({ name, rows: text }) => [name, text])), outside: JSON.stringify(outside) }
}

interface Recorder {
  readonly context: PhaseContext
  readonly facts: Map<string, unknown>
  readonly posts: Map<string, Message>
}

function recorderFor(subject: AuditBench['subject'], signal = new AbortController().signal): Recorder {
  const facts = new Map<string, unknown>()
  const posts = new Map<string, Message>()
  const context = {
    migration: { id: 'shop-1', name: 'shop', run: 3 },
    settings: { ...subject.settings, approvals: { required: 2, expireAfter: 1, countdown: 1 } },
    source: subject.sourceDatabase,
    target: subject.targetDatabase,
    hosts: subject.hosts,
    switches: [],
    thread: {
      post: async (key: string, message: Message) => {
        posts.set(key, message)
      },
    },
    record: {
      setFact: async (name: string, value: unknown) => {
        facts.set(name, value)
      },
    },
    signal,
    log: pino({ level: 'silent' }),
  } as unknown as PhaseContext
  return { context, facts, posts }
}

describe('the audit', () => {
  test('changes nothing on either server, though the target dialled the source', async () => {
    const read = () =>
      Promise.all([catalogsOf(servers.source, bench.source.url), catalogsOf(servers.target, bench.target.url)])
    const before = await read()
    const { context } = recorderFor(bench.subject)
    expect(await audit.run(context)).toEqual({ kind: 'done' })
    expect(await read()).toEqual(before)
    await audit.undo(context)
    expect(await read()).toEqual(before)
  })

  test('changes nothing when it is blocked either', async () => {
    await query(
      bench.source.url,
      'CREATE TABLE public.t (id int); INSERT INTO public.t VALUES (1); UPDATE public.t SET id = 2',
    )
    const read = () =>
      Promise.all([catalogsOf(servers.source, bench.source.url), catalogsOf(servers.target, bench.target.url)])
    const before = await read()
    await expect(audit.run(recorderFor(bench.subject).context)).rejects.toMatchObject({ code: 'AUDIT_BLOCKED' })
    expect(await read()).toEqual(before)
  })

  test('keeps and posts what it found, once per run, without a secret', async () => {
    const { context, facts, posts } = recorderFor(bench.subject)
    await audit.run(context)
    const fact = facts.get('audit') as { findings: readonly Finding[]; tookMs: number }
    expect(new Set(fact.findings.map(({ check }) => check)).size).toBe(AUDIT_CHECKS.length)
    expect(fact.tookMs).toBeGreaterThan(0)
    expect([...posts.keys()]).toEqual(['audit-3'])
    const text = JSON.stringify([...facts, ...posts])
    for (const secret of [REPLICATION.password, APPLICATION.password, servers.source.superuserPassword]) {
      expect(text).not.toContain(secret)
    }
  })

  test('stops at a blocker, after it was told with its remedy', async () => {
    await query(bench.target.url, 'CREATE TABLE public.mine (id int PRIMARY KEY)')
    const { context, facts, posts } = recorderFor(bench.subject)
    await expect(audit.run(context)).rejects.toMatchObject({
      code: 'AUDIT_BLOCKED',
      context: { name: 'shop', count: 1 },
    })
    expect(facts.has('audit')).toBe(true)
    expect(JSON.stringify([...posts])).toContain('public.mine')
  })

  test('is stopped by its signal within a second', async () => {
    const abort = new AbortController()
    const { context, posts } = recorderFor(bench.subject, abort.signal)
    abort.abort(new Error('paused'))
    await expect(audit.run(context)).rejects.toThrow('paused')
    expect(posts.size).toBe(0)
  })
})
