import { beforeEach, describe, expect, test } from '@jest/globals'
import { contents } from '../../../../src/audit/postgres/contents.ts'
import { emptyTarget } from '../../../../src/audit/postgres/empty-target.ts'
import { eventTriggers } from '../../../../src/audit/postgres/event-triggers.ts'
import { existingReplication } from '../../../../src/audit/postgres/existing-replication.ts'
import { extensions } from '../../../../src/audit/postgres/extensions.ts'
import { identifierColumns } from '../../../../src/audit/postgres/identifier-columns.ts'
import { largeObjects } from '../../../../src/audit/postgres/large-objects.ts'
import { leftovers } from '../../../../src/audit/postgres/leftovers.ts'
import { longTransactions, longTransactionsOver } from '../../../../src/audit/postgres/long-transactions.ts'
import { preparedTransactions } from '../../../../src/audit/postgres/prepared-transactions.ts'
import { replicaTriggers } from '../../../../src/audit/postgres/replica-triggers.ts'
import { tablespaces } from '../../../../src/audit/postgres/tablespaces.ts'
import { textOrder } from '../../../../src/audit/postgres/text-order.ts'
import { unfinishedObjects } from '../../../../src/audit/postgres/unfinished-objects.ts'
import { readLongTransactions } from '../../../../src/postgres/transactions.ts'
import { databaseAt } from '../../../../src/postgres/connection.ts'
import { Secret } from '../../../../src/secret.ts'
import { query, withClient } from '../../../support/database.ts'
import { pollUntil, useServers } from '../../../support/servers.ts'
import { makeBench, type AuditBench } from '../audit-bench.ts'

const servers = useServers({ source: { major: 17, settings: { max_prepared_transactions: '4' } }, target: 18 })
let bench: AuditBench
beforeEach(async () => {
  bench = await makeBench(servers.source, servers.target)
})
const run = (sql: string) => query(bench.source.url, sql)
const runOnTarget = (sql: string) => query(bench.target.url, sql)
const statementsIn = (remedy: string | null | undefined) =>
  [...(remedy ?? '').matchAll(/`([A-Z][^`]*)`/g)].map(([, statement]) => statement ?? '')

describe('empty-target', () => {
  test.each([
    ['table', 'CREATE TABLE public.t (id int)'],
    ['view', 'CREATE VIEW public.v AS SELECT 1 AS one'],
    ['sequence', 'CREATE SEQUENCE public.s'],
    ['function', `CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['type', `CREATE TYPE public.mood AS ENUM ('ok')`],
    ['type', 'CREATE DOMAIN public.d AS int'],
  ])('blocks a %s (%s)', async (kind, sql) => {
    await runOnTarget(sql)
    const [finding] = await bench.findings(emptyTarget)
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining(`1 object, ${kind} public.`) })
    const [drop, create] = statementsIn(finding?.remedy)
    await query(servers.target.url, drop ?? '')
    await query(servers.target.url, create ?? '')
    expect(await bench.verdicts(emptyTarget)).toEqual(['ok'])
  })

  test('blocks a schema that is to be made, and no other', async () => {
    await run('CREATE SCHEMA sales')
    await runOnTarget('CREATE SCHEMA sales; CREATE SCHEMA other')
    const [finding] = await bench.findings(emptyTarget)
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('sales') })
    await runOnTarget(statementsIn(finding?.remedy)[0] ?? '')
    expect(await bench.verdicts(emptyTarget)).toEqual(['ok'])
  })

  test('passes what an extension brought', async () => {
    await runOnTarget('CREATE EXTENSION citext')
    expect(await bench.verdicts(emptyTarget)).toEqual(['ok'])
  })
})

describe('leftovers', () => {
  test('blocks what another migration left on the source, until its statements were run', async () => {
    await run(`CREATE SCHEMA flytt_migration; CREATE TABLE flytt_migration.heartbeat (id int PRIMARY KEY);
      CREATE PUBLICATION flytt_shop_1 FOR TABLE flytt_migration.heartbeat`)
    await run(`SELECT pg_create_logical_replication_slot('flytt_shop_1', 'pgoutput')`)
    const [finding] = await bench.findings(leftovers)
    expect(finding).toMatchObject({ verdict: 'block' })
    expect(finding?.summary).toContain('publication flytt_shop_1, slot flytt_shop_1, schema flytt_migration')
    for (const statement of statementsIn(finding?.remedy)) await run(statement)
    expect(await bench.verdicts(leftovers)).toEqual(['ok'])
  })

  test('blocks what another migration left on the target, until its statements were run', async () => {
    await runOnTarget(`CREATE SUBSCRIPTION flytt_shop_1 CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)`)
    const [finding] = await bench.findings(leftovers)
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('subscription flytt_shop_1') })
    for (const statement of statementsIn(finding?.remedy)) await runOnTarget(statement)
    expect(await bench.verdicts(leftovers)).toEqual(['ok'])
  })

  test('passes a migration of another database of the same server', async () => {
    const other = await makeBench(servers.source, servers.target)
    await query(other.source.url, `SELECT pg_create_logical_replication_slot('flytt_other_1', 'pgoutput')`)
    try {
      expect(await bench.verdicts(leftovers)).toEqual(['ok'])
    } finally {
      await run(`SELECT pg_drop_replication_slot('flytt_other_1')`)
    }
  })
})

describe('extensions', () => {
  test('passes none, and those that the target has', async () => {
    expect(await bench.verdicts(extensions)).toEqual(['ok'])
    await run('CREATE EXTENSION citext')
    expect(await bench.verdicts(extensions)).toEqual(['ok'])
  })

  test('blocks one that the target does not have', async () => {
    await run('CREATE EXTENSION citext')
    await run(`UPDATE pg_extension SET extname = 'only_here' WHERE extname = 'citext'`)
    const [finding] = await bench.findings(extensions)
    expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining('only_here') })
  })

  test('blocks one whose tables cannot be replicated', async () => {
    await run('CREATE EXTENSION citext')
    await run(`UPDATE pg_extension SET extname = 'timescaledb' WHERE extname = 'citext'`)
    expect((await bench.findings(extensions))[0]?.verdict).toBe('block')
  })

  test('warns of another version, offered or installed', async () => {
    await run('CREATE EXTENSION citext')
    await run(`UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'citext'`)
    expect(await bench.verdicts(extensions)).toEqual(['warn'])
    await runOnTarget('CREATE EXTENSION citext')
    expect(await bench.verdicts(extensions)).toEqual(['warn'])
  })
})

test('large-objects blocks them, until its statement was run', async () => {
  expect(await bench.verdicts(largeObjects)).toEqual(['ok'])
  await run(`SELECT lo_from_bytea(0, '\\x01')`)
  const [finding] = await bench.findings(largeObjects)
  expect(finding?.verdict).toBe('block')
  await run(statementsIn(finding?.remedy)[0] ?? '')
  expect(await bench.verdicts(largeObjects)).toEqual(['ok'])
})

test('contents counts what is there and names what does not travel by replication', async () => {
  await run(`CREATE TABLE public.p (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
    CREATE TABLE public.t (id int PRIMARY KEY); CREATE SEQUENCE public.s; CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS one;
    CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE public.f (id int) SERVER elsewhere`)
  const findings = await bench.findings(contents)
  const text = findings.map(({ summary }) => summary).join('\n')
  expect(findings.map(({ verdict }) => verdict)).toEqual(['info', 'info', 'info', 'warn'])
  expect(text).toMatch(/^To move: 2 tables \(1 partition of 1 partitioned table\), .* and 1 sequence,/)
  expect(text).toContain('public.m')
  expect(text).toContain('public.f')
})

describe('text-order', () => {
  const remake = async (options: string) => {
    await query(servers.target.url, `DROP DATABASE ${bench.target.name}`)
    await query(servers.target.url, `CREATE DATABASE ${bench.target.name} TEMPLATE template0 ${options}`)
  }

  test('passes the same order', async () => {
    expect(await bench.verdicts(textOrder)).toEqual(['ok'])
  })

  test('blocks an encoding that cannot hold all text, until its statement was run', async () => {
    await remake(`ENCODING 'LATIN1'`)
    const [finding] = await bench.findings(textOrder)
    expect(finding?.verdict).toBe('block')
    await query(servers.target.url, `DROP DATABASE ${bench.target.name}`)
    await query(servers.target.url, statementsIn(finding?.remedy)[0] ?? '')
    expect(await bench.verdicts(textOrder)).toEqual(['ok'])
  })

  test.each([`LOCALE_PROVIDER icu ICU_LOCALE 'nb'`, `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`])(
    'warns of another order (%s), with a statement that keeps it',
    async (options) => {
      await remake(options)
      const [finding] = await bench.findings(textOrder)
      expect(finding?.verdict).toBe('warn')
      await query(servers.target.url, `DROP DATABASE ${bench.target.name}`)
      await query(servers.target.url, statementsIn(finding?.remedy)[0] ?? '')
      expect(await bench.verdicts(textOrder)).toEqual(['ok'])
    },
  )

  test('warns when the library of the source sorts otherwise than before', async () => {
    await run(`CREATE COLLATION public.nordic (provider = icu, locale = 'nb')`)
    await run(`UPDATE pg_collation SET collversion = '1' WHERE collname = 'nordic'`)
    const [finding] = await bench.findings(textOrder)
    expect(finding).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('nordic (1, now ') })
  })
})

test('tablespaces warns of those in use', async () => {
  expect(await bench.verdicts(tablespaces)).toEqual(['ok'])
  await withClient(bench.source.url, async (client) => {
    await client.query('SET allow_in_place_tablespaces = on')
    await client.query(`CREATE TABLESPACE fast LOCATION ''`)
  })
  await run('CREATE TABLE public.t (id int) TABLESPACE fast')
  const [finding] = await bench.findings(tablespaces)
  expect(finding).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('fast (1 relation)') })
})

test('replica-triggers names those that would fire twice', async () => {
  expect(await bench.verdicts(replicaTriggers)).toEqual(['ok'])
  await run(`CREATE TABLE public.t (id int PRIMARY KEY);
    CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER plain BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
    CREATE TRIGGER always BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
    ALTER TABLE public.t ENABLE ALWAYS TRIGGER always`)
  const [finding] = await bench.findings(replicaTriggers)
  expect(finding).toMatchObject({ verdict: 'info', summary: expect.stringMatching(/: always on public\.t\.$/) })
})

test('event-triggers warns of those that are on, until its statements were run', async () => {
  expect(await bench.verdicts(eventTriggers)).toEqual(['ok'])
  await run(`CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.f()`)
  const [finding] = await bench.findings(eventTriggers)
  expect(finding).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('watch (ddl_command_end)') })
  await run(statementsIn(finding?.remedy)[0] ?? '')
  expect(await bench.verdicts(eventTriggers)).toEqual(['ok'])
})

test('identifier-columns warns of internal numbers, in tables only', async () => {
  expect(await bench.verdicts(identifierColumns)).toEqual(['ok'])
  await run(
    'CREATE TABLE public.t (id int PRIMARY KEY, picture oid, kind regclass); CREATE VIEW public.v AS SELECT oid FROM pg_class',
  )
  const [finding] = await bench.findings(identifierColumns)
  expect(finding?.verdict).toBe('warn')
  expect(finding?.summary).toContain('public.t.kind (regclass), public.t.picture (oid).')
})

test('unfinished-objects warns of invalid indexes and tells of constraints that were never validated', async () => {
  expect(await bench.verdicts(unfinishedObjects)).toEqual(['ok'])
  await run('CREATE TABLE public.t (id int PRIMARY KEY, n int); INSERT INTO public.t VALUES (1, 1), (2, 1)')
  await expect(run('CREATE UNIQUE INDEX CONCURRENTLY broken ON public.t (n)')).rejects.toThrow('unique')
  await run('ALTER TABLE public.t ADD CONSTRAINT big CHECK (n > 5) NOT VALID')
  const findings = await bench.findings(unfinishedObjects)
  expect(findings.map(({ verdict }) => verdict)).toEqual(['warn', 'info'])
  expect(findings[0]?.summary).toContain('public.broken')
  expect(findings[1]?.summary).toContain('big of public.t')
})

test('existing-replication warns of what follows the source and of what it follows', async () => {
  expect(await bench.verdicts(existingReplication)).toEqual(['ok'])
  await run(`CREATE TABLE public.t (id int PRIMARY KEY); CREATE PUBLICATION theirs FOR TABLE public.t`)
  await run(`SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')`)
  await run(`CREATE SUBSCRIPTION inbound CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)`)
  try {
    const findings = await bench.findings(existingReplication)
    expect(findings.map(({ verdict }) => verdict)).toEqual(['warn', 'warn'])
    expect(findings[0]?.summary).toContain('publication theirs, slot debezium')
    expect(findings[1]?.summary).toContain('inbound (disabled)')
  } finally {
    await run(`SELECT pg_drop_replication_slot('debezium')`)
  }
})

test('prepared-transactions blocks one in any database, until its statement was run', async () => {
  expect(await bench.verdicts(preparedTransactions)).toEqual(['ok'])
  await query(servers.source.url, `BEGIN; CREATE TABLE public.made (id int); PREPARE TRANSACTION 'it''s'`)
  const [finding] = await bench.findings(preparedTransactions)
  expect(finding).toMatchObject({ verdict: 'block', summary: expect.stringContaining("it's of postgres in postgres") })
  await query(servers.source.url, statementsIn(finding?.remedy)[1] ?? '')
  expect(await bench.verdicts(preparedTransactions)).toEqual(['ok'])
})

describe('long-transactions', () => {
  test('passes when none writes for long', async () => {
    expect(await bench.verdicts(longTransactions)).toEqual(['ok'])
  })

  test('sees one that writes in another database, and not one that only reads', async () => {
    const seen = () =>
      databaseAt('source', new Secret(bench.source.url)).with({ readOnly: true }, (session) =>
        readLongTransactions(session, 0),
      )
    await withClient(servers.source.url, async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class')
      expect(await seen()).toEqual([])
      await client.query(`SET application_name = 'batch'; SELECT pg_current_xact_id()`)
      const [found] = await pollUntil(async () => ((await seen()).length > 0 ? seen() : null), {
        describe: 'it is seen',
      })
      const [finding] = await bench.findings(longTransactionsOver(0))
      expect(finding).toMatchObject({
        verdict: 'warn',
        summary: expect.stringContaining('of postgres in postgres (idle in transaction for 0 s, batch)'),
      })
      expect(found).toMatchObject({
        database: 'postgres',
        role: 'postgres',
        applicationName: 'batch',
        state: 'idle in transaction',
      })
    })
    expect(await seen()).toEqual([])
  })
})
