import { beforeEach, describe, expect, test } from '@jest/globals'
import { replicaIdentity } from '../../../../src/audit/postgres/replica-identity.ts'
import { unloggedTables } from '../../../../src/audit/postgres/unlogged-tables.ts'
import type { Finding } from '../../../../src/migration/finding.ts'
import { query, withClient } from '../../../support/database.ts'
import { pollUntil, useServers } from '../../../support/servers.ts'
import { makeBench, type AuditBench } from '../audit-bench.ts'

const servers = useServers({ oldest: 15, source: 17, target: 18 })
let bench: AuditBench
beforeEach(async () => {
  bench = await makeBench(servers.source, servers.target)
})
const run = (sql: string) => query(bench.source.url, sql)

/** Publishes a table and updates it, as the copy phase and the application would. */
async function publishAndUpdate(table: string, set: string): Promise<string> {
  return withClient(bench.source.url, async (client) => {
    await client.query('BEGIN')
    try {
      await client.query(`CREATE PUBLICATION p FOR TABLE ${table}`)
      await client.query(`UPDATE ${table} SET ${set}`)
      return 'works'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      await client.query('ROLLBACK')
    }
  })
}

describe('replica-identity', () => {
  const faults = {
    'no primary key': 'CREATE TABLE public.t (id int)',
    'a deferrable primary key': 'CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE)',
    'replica identity NOTHING':
      'CREATE TABLE public.t (id int PRIMARY KEY); ALTER TABLE public.t REPLICA IDENTITY NOTHING',
    'a dropped identity index': `CREATE TABLE public.t (id int NOT NULL); CREATE UNIQUE INDEX i ON public.t (id);
      ALTER TABLE public.t REPLICA IDENTITY USING INDEX i; DROP INDEX i`,
    'a child of a table with a key':
      'CREATE TABLE public.parent (id int PRIMARY KEY); CREATE TABLE public.t () INHERITS (public.parent)',
  }
  test.each(Object.entries(faults))(
    'blocks %s, which would fail the application once it is published',
    async (_name, sql) => {
      await run(sql)
      const findings = await bench.findings(replicaIdentity)
      expect(findings.map(({ verdict }) => verdict)).toEqual(['block'])
      expect(findings[0]?.summary).toContain('public.t')
      expect(await publishAndUpdate('public.t', 'id = 1')).toContain('does not have a replica identity')
    },
  )

  test.each(['ADD PRIMARY KEY (id)', 'REPLICA IDENTITY FULL'])('is content after the choice %s', async (choice) => {
    await run('CREATE TABLE public."It""s" (id int NOT NULL)')
    const [finding] = await bench.findings(replicaIdentity)
    expect(finding?.remedy).toContain(`ALTER TABLE "public"."It""s" ${choice.replace('id', '…')};`)
    await run(`ALTER TABLE "public"."It""s" ${choice}`)
    expect(await bench.verdicts(replicaIdentity)).toEqual([choice.includes('FULL') ? 'warn' : 'ok'])
    expect(await publishAndUpdate('public."It""s"', 'id = 1')).toBe('works')
  })

  test('offers a unique index that can be the identity, and only such a one', async () => {
    await run(`CREATE TABLE public.t (a int NOT NULL, b int, c int NOT NULL, d int NOT NULL);
      CREATE UNIQUE INDEX nullable ON public.t (b); CREATE UNIQUE INDEX partial ON public.t (a) WHERE a > 0;
      CREATE UNIQUE INDEX expression ON public.t ((a + 1)); CREATE INDEX plain ON public.t (a);
      CREATE UNIQUE INDEX "good one" ON public.t (c, d) INCLUDE (b)`)
    const [finding] = await bench.findings(replicaIdentity)
    const statement = /`(ALTER TABLE [^`]*USING INDEX [^`]*)`/.exec(finding?.remedy ?? '')?.[1] ?? ''
    expect(statement).toContain('"good one"')
    await run(statement)
    expect(await bench.verdicts(replicaIdentity)).toEqual(['ok'])
  })

  test('tells whether the table gets changes', async () => {
    await run('CREATE TABLE public.t (id int); INSERT INTO public.t VALUES (1)')
    expect((await bench.findings(replicaIdentity))[0]?.summary).toContain('It got none')
    await run('UPDATE public.t SET id = 2')
    const summary = await pollUntil(
      async () => {
        const [finding] = await bench.findings(replicaIdentity)
        return finding?.summary.includes('It got 1 ') === true ? finding.summary : null
      },
      { describe: 'the statistics show the update' },
    )
    expect(summary).toContain('public.t')
  })

  test.each(['json', 'xml', 'point', 'json[]'])(
    'blocks REPLICA IDENTITY FULL with a %s column that gets changes',
    async (type) => {
      await run(`CREATE TABLE public.t (id int, value ${type}); ALTER TABLE public.t REPLICA IDENTITY FULL`)
      const [unused] = await bench.findings(replicaIdentity)
      expect(unused).toMatchObject({ verdict: 'warn', summary: expect.stringContaining(`value ${type}`) })
      await run('INSERT INTO public.t VALUES (1); UPDATE public.t SET id = 2')
      const findings: readonly Finding[] = await pollUntil(
        async () => {
          const found = await bench.findings(replicaIdentity)
          return found[0]?.verdict === 'block' ? found : null
        },
        { describe: 'the statistics show the update' },
      )
      expect(findings).toHaveLength(1)
    },
  )

  test('can compare whole rows of every other type', async () => {
    await run(`CREATE TYPE public.mood AS ENUM ('ok'); CREATE DOMAIN public.short AS text; CREATE TYPE public.pair AS (a int, b text);
      CREATE TABLE public.t (a text, b varchar(3), c char(2), d jsonb, e int[], f uuid, g inet, h cidr, i tsrange, j public.mood,
        k public.short, l public.pair, m bytea, n bit(3), o money, p tsvector, q interval, r numeric, s text[], u public.mood[], v name, w oid, x tsmultirange);
      ALTER TABLE public.t REPLICA IDENTITY FULL`)
    const [finding] = await bench.findings(replicaIdentity)
    expect(finding).toMatchObject({ verdict: 'warn', summary: expect.not.stringContaining('cannot be compared') })
  })

  test('looks at partitions, not at what holds them, and not at temporary or unlogged tables', async () => {
    await run(`CREATE TABLE public.p (id int) PARTITION BY LIST (id); CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
      CREATE UNLOGGED TABLE public.u (id int)`)
    const findings = await bench.findings(replicaIdentity)
    expect(findings).toMatchObject([{ verdict: 'block', summary: expect.stringContaining('public.p1') }])
    await run('ALTER TABLE public.p ADD PRIMARY KEY (id)')
    expect(await bench.verdicts(replicaIdentity)).toEqual(['ok'])
  })

  test('stays readable with very many tables', async () => {
    await run(`DO $$ BEGIN FOR n IN 1..60 LOOP EXECUTE format('CREATE TABLE public.t%s (id int)', n); END LOOP; END $$`)
    const findings = await bench.findings(replicaIdentity)
    expect(findings).toHaveLength(11)
    expect(findings.at(-1)?.summary).toMatch(/^50 more tables /)
  })

  test('reads a server of 15 too', async () => {
    const old = await makeBench(servers.oldest, servers.target)
    await query(old.source.url, 'CREATE TABLE public.t (id int)')
    expect(await old.verdicts(replicaIdentity)).toEqual(['block'])
  })
})

describe('unlogged-tables', () => {
  test('blocks one with rows, and is content after each choice', async () => {
    await run(
      'CREATE UNLOGGED TABLE public.u (id int PRIMARY KEY); CREATE UNLOGGED TABLE public.v (id int); INSERT INTO public.u VALUES (1); INSERT INTO public.v VALUES (1)',
    )
    const findings = await bench.findings(unloggedTables)
    expect(findings.map(({ verdict }) => verdict)).toEqual(['block', 'block'])
    await run('ALTER TABLE "public"."u" SET LOGGED')
    await run('TRUNCATE "public"."v"')
    const [rest] = await bench.findings(unloggedTables)
    expect(rest).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('public.v') })
  })

  test('passes none', async () => {
    expect(await bench.verdicts(unloggedTables)).toEqual(['ok'])
  })
})
