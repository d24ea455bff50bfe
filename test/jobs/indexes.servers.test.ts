import { describe, expect, test } from '@jest/globals'
import { copy } from '../../jobs/copy.ts'
import { indexes } from '../../jobs/indexes.ts'
import type { Phase, PhaseContext } from '../../jobs/phase.ts'
import { schema } from '../../jobs/schema.ts'
import { verify } from '../../jobs/verify.ts'
import { createShop } from '../../sandbox/shop/create-shop.ts'
import { objectNames } from '../../src/migration/object-names.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { disableHeldBack, enableHeldBack, heldBackFact } from '../../src/postgres/held-back.ts'
import { compareSchemas, readSchemaLines } from '../../src/postgres/schema-fingerprint.ts'
import { enableSubscription } from '../../src/postgres/subscription.ts'
import { Secret } from '../../src/secret.ts'
import { crashingDatabase } from '../support/crash.ts'
import { freshDatabase, query, withClient } from '../support/database.ts'
import { pollUntil, useServers } from '../support/servers.ts'
import { phaseContext, type TestContext } from './phase-context.ts'

const PASSWORDS = {
  owner: 'owner-password-1',
  application: 'application-password-1',
  reader: 'reader-password-1',
  replication: 'replication-password-1',
}
const TIMEOUT_MS = 120_000

async function runToEnd(phase: Phase, context: PhaseContext): Promise<void> {
  await pollUntil(async () => (await phase.run(context)).kind === 'done', {
    describe: `${phase.name} ends`,
    deadlineMs: 60_000,
    everyMs: 100,
  })
}

async function linesOf(url: string) {
  return databaseAt('source', new Secret(url)).with({}, readSchemaLines)
}

function withReplication(context: TestContext, port: number): TestContext {
  const replication = {
    user: 'flytt_replication',
    password: new Secret(PASSWORDS.replication),
    sourceAddress: `127.0.0.1:${String(port)}`,
  }
  const settings = { ...context.settings, replication, policy: { slotWait: 10_000 } } as PhaseContext['settings']
  return { ...context, settings }
}

/** The source's application at work: each statement changes what is compared. */
async function writeUntil(url: string, isOver: () => boolean): Promise<number> {
  return withClient(url, async (client) => {
    let count = 0
    while (!isOver()) {
      await client.query(
        'UPDATE catalog.stock SET quantity = quantity + 1, version = version + 1 WHERE product_id % 7 = $1',
        [count % 7],
      )
      await client.query("INSERT INTO sales.page_views (path, visitor, seen_on) VALUES ('/', $1, CURRENT_DATE)", [
        count % 3,
      ])
      await client.query('DELETE FROM sales.page_views WHERE visitor = 2')
      await client.query('UPDATE sales.orders SET version = version + 1 WHERE id = (SELECT min(id) FROM sales.orders)')
      count++
    }
    return count
  })
}

describe.each([
  [15, 18],
  [17, 18],
] as const)('indexes and verify from PostgreSQL %i to %i', (from, to) => {
  const servers = useServers({ source: from, target: to })

  test(
    'everything after the rows arrives, and what differs is found under load',
    async () => {
      const shop = await createShop(servers.source, { rows: 3000, passwords: PASSWORDS })
      const target = await freshDatabase(servers.target)
      const context = withReplication(
        phaseContext({ source: shop.superuserUrl, target: target.url }),
        servers.source.port,
      )
      await query(
        shop.superuserUrl,
        "CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ddl'; END $$; CREATE EVENT TRIGGER on_ddl ON ddl_command_end EXECUTE FUNCTION public.on_ddl()",
      )

      await runToEnd(schema, context)
      await runToEnd(copy, context)
      await runToEnd(indexes, context)
      const { subscription } = objectNames(context.migration.id)
      expect(await query(target.url, 'SELECT subenabled FROM pg_catalog.pg_subscription')).toEqual([
        { subenabled: false },
      ])
      expect(compareSchemas(await linesOf(shop.superuserUrl), await linesOf(target.url))).toEqual([])
      const before = await linesOf(target.url)
      await runToEnd(indexes, context)
      expect(await linesOf(target.url)).toEqual(before)
      const sold = 'SELECT product_id, sold FROM catalog.best_sellers ORDER BY 1'
      expect(await query(target.url, sold)).toEqual(await query(shop.superuserUrl, sold))
      expect(context.record.progress.at(-1)).toMatchObject({ kind: 'indexes', current: null })

      const held = await context.record.fact('held-back', heldBackFact)
      expect(held?.map(({ object }) => object)).toEqual(
        expect.arrayContaining(['TRIGGER catalog.products keep_price', 'EVENT TRIGGER on_ddl']),
      )
      const states =
        "SELECT tgenabled FROM pg_catalog.pg_trigger WHERE tgname = 'keep_price' UNION ALL SELECT evtenabled FROM pg_catalog.pg_event_trigger"
      const session = await context.target.open()
      await enableHeldBack(session, held ?? [])
      await enableHeldBack(session, held ?? [])
      expect(await query(target.url, states)).toEqual([{ tgenabled: 'A' }, { tgenabled: 'O' }])
      await disableHeldBack(session, held ?? [])
      expect(await query(target.url, states)).toEqual([{ tgenabled: 'O' }])
      await enableHeldBack(session, held ?? [])
      expect(await query(target.url, states)).toEqual([{ tgenabled: 'A' }, { tgenabled: 'O' }])
      await disableHeldBack(session, held ?? [])
      await enableSubscription(session, subscription)
      await session.end()

      let isOver = false
      const writing = writeUntil(shop.superuserUrl, () => isOver)
      try {
        expect(await verify.run(context)).toEqual({ kind: 'done' })
        expect(context.record.facts.get('verified')).toMatchObject({ sourceFingerprint: expect.any(String) })
        const breakAndVerify = async (sql: string, undo: string) => {
          await query(target.url, `SET session_replication_role = replica; ${sql}`)
          const error: unknown = await verify.run(context).then(
            () => null,
            (thrown: unknown) => thrown,
          )
          await query(target.url, `SET session_replication_role = replica; ${undo}`)
          return error instanceof Error ? error.message : 'nothing found'
        }
        expect(
          await breakAndVerify(
            `UPDATE catalog.measurements SET exact_value = (exact_value::text || '0')::numeric WHERE id = (SELECT min(id) FROM catalog.measurements WHERE exact_value::text ~ '^-?[0-9]+\\.[0-9]+$')`,
            `UPDATE catalog.measurements SET exact_value = pg_catalog.left(exact_value::text, -1)::numeric WHERE id = (SELECT min(id) FROM catalog.measurements WHERE exact_value::text ~ '^-?[0-9]+\\.[0-9]+$')`,
          ),
        ).toMatch(/catalog\.measurements: 1 differ of/)
        expect(
          await breakAndVerify(
            'DELETE FROM catalog.categories WHERE id = (SELECT max(id) FROM catalog.categories)',
            `INSERT INTO catalog.categories SELECT ${(await query<{ row: string }>(shop.superuserUrl, "SELECT pg_catalog.format('%s, %L, %L', id, parent_id, name) AS row FROM catalog.categories ORDER BY id DESC LIMIT 1"))[0]?.row ?? ''}`.replace(
              '%L',
              'NULL',
            ),
          ),
        ).toMatch(/catalog\.categories: 1 missing on the target of/)
        expect(
          await breakAndVerify(
            "INSERT INTO catalog.currencies VALUES ('ZZZ', 1)",
            "SET session_replication_role = replica; ALTER TABLE catalog.currencies DISABLE RULE keep_currencies; DELETE FROM catalog.currencies WHERE code = 'ZZZ'; ALTER TABLE catalog.currencies ENABLE RULE keep_currencies",
          ),
        ).toMatch(/catalog\.currencies: 1 only on the target of/)
        expect(
          await breakAndVerify(
            "UPDATE catalog.warehouses SET opened_at = 'infinity', name = name || '?' WHERE id = (SELECT min(id) FROM catalog.warehouses WHERE opened_at = '-infinity')",
            "UPDATE catalog.warehouses SET opened_at = '-infinity', name = pg_catalog.left(name, -1) WHERE name LIKE '%?'",
          ),
        ).toMatch(/catalog\.warehouses: 1 differ of/)
        expect(
          await breakAndVerify(
            "INSERT INTO sales.page_views VALUES ('/twin', 9, '2020-01-01')",
            "DELETE FROM sales.page_views WHERE path = '/twin'",
          ),
        ).toMatch(/sales\.page_views: 1 only on the target of/)
        expect(await breakAndVerify('SELECT 1', 'SELECT 1')).toBe('nothing found')
      } finally {
        isOver = true
      }
      expect(await writing).toBeGreaterThan(5)
      await copy.undo(context)
      await indexes.undo(context)
      await schema.undo(context)
      expect(
        await query(
          target.url,
          "SELECT count(*)::int AS count FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind <> 't' AND relnamespace::regnamespace::text !~ '^pg_'",
        ),
      ).toEqual([{ count: 0 }])
    },
    TIMEOUT_MS,
  )

  test(
    'ended by the server at any statement, it goes on and ends the same',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS, database: 'crashed' })
      const wanted = await linesOf(shop.superuserUrl)
      for (const statement of [1, 8, 20, 45, 90, 140, 200]) {
        const target = await freshDatabase(servers.target)
        const context = phaseContext({ source: shop.superuserUrl, target: target.url })
        await runToEnd(schema, context)
        const crashing = { ...context, target: crashingDatabase(context.target, servers.target.url, statement) }
        await expect(indexes.run(crashing)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
        await runToEnd(indexes, context)
        expect(compareSchemas(wanted, await linesOf(target.url))).toEqual([])
      }
    },
    TIMEOUT_MS,
  )
})
