import { expect } from '@jest/globals'
import pg from 'pg'
import { query } from './database.ts'
import type { Scenario } from './scenario.ts'

/** One row per ordinary table and partition: its rows and a hash of them that does not depend on their order. */
export async function hashTables(url: string): Promise<Readonly<Record<string, string>>> {
  const tables = await query<{ schema: string; name: string }>(
    url,
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'flytt_migration')
      ORDER BY 1, 2`,
  )
  const hashes: Record<string, string> = {}
  for (const { schema, name } of tables) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
    // Text is slow and sees everything that a client could see; settings that change it are pinned.
    const [row] = await query<{ hash: string }>(
      url,
      `SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET search_path = '';
       SELECT count(*) || ' ' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0) AS hash FROM ONLY ${table} AS t`,
    )
    hashes[`${schema}.${name}`] = row?.hash ?? ''
  }
  return hashes
}

/** Where every sequence stands. */
export async function readSequenceValues(url: string): Promise<Readonly<Record<string, string>>> {
  const names = await query<{ name: string }>(
    url,
    `SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences WHERE schemaname <> 'flytt_migration' ORDER BY 1`,
  )
  const values: Record<string, string> = {}
  for (const { name } of names) {
    const [row] = await query<{ value: string }>(url, `SELECT last_value || ' ' || is_called AS value FROM ${name}`)
    values[name] = row?.value ?? ''
  }
  return values
}

/** What Flytt made on a server and should have taken away: schemas, publications, subscriptions, slots, origins. */
export async function findLeftovers(url: string): Promise<readonly string[]> {
  const rows = await query<{ what: string }>(
    url,
    `SELECT 'schema ' || nspname AS what FROM pg_namespace WHERE nspname LIKE 'flytt%'
     UNION ALL SELECT 'publication ' || pubname FROM pg_publication
     UNION ALL SELECT 'subscription ' || subname FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid AND d.datname = current_database()
     UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
     UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
      WHERE split_part(roname, '_', 2) NOT IN (
        SELECT s.oid::text FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid AND d.datname <> current_database())`,
  )
  return rows.map(({ what }) => what)
}

/**
 * Proves that a migration arrived whole: the application lost and doubled nothing, the source is as it was at the switch
 * and refuses the application, and nothing of Flytt is left.
 *
 * Tables are compared after the application was stopped on the target and against what it wrote there.
 */
export async function expectMoved({ sandbox, shop }: Scenario): Promise<void> {
  const check = await shop.application?.check()
  expect(check).toMatchObject({ missing: 0, duplicated: 0 })
  expect(check?.acknowledged).toBeGreaterThan(0)
  expect(shop.application?.state().failed).toBe(0)
  expect(shop.application?.state().serverPort).toBe(sandbox.target.port)
  expect(await findLeftovers(shop.sourceUrl)).toEqual([])
  expect(await findLeftovers(shop.targetUrl)).toEqual([])
  // The application's role, directly, past any pooler.
  const password = sandbox.passwords.application
  const direct = sandbox.source.urlFor({ user: 'shop_app', password, database: shop.name })
  await expect(query(direct, 'SELECT 1')).rejects.toMatchObject({ code: '53300' })
}
