import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Shop } from '../../../sandbox/shop/create-shop.ts'
import { createShop } from '../../../sandbox/shop/create-shop.ts'
import { query } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'

const passwords = { owner: `it's`, application: 'p@ss/word', reader: 'reader', replication: 'replication' }
const servers = useServers({ oldest: 15, older: 16, newer: 17, newest: 18 })

describe.each(['oldest', 'older', 'newer', 'newest'] as const)('the shop on the %s server', (name) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await createShop(servers[name], { rows: 10_000, passwords })
  }, 60_000)

  const ask = async (sql: string): Promise<Record<string, unknown>[]> => query(shop.superuserUrl, sql)

  test('has about the rows asked for', async () => {
    const [row] = await ask(
      `SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %s', oid::regclass), false, true, '')))[1]::text::bigint) AS n
         FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('sales'::regnamespace, 'catalog'::regnamespace)`,
    )
    expect(Number(row?.['n'])).toBeGreaterThan(9_000)
    expect(Number(row?.['n'])).toBeLessThan(12_000)
  })

  test('has each kind of object that a move can lose', async () => {
    const count = async (sql: string): Promise<number> =>
      Number((await ask(`SELECT count(*) AS n FROM ${sql}`))[0]?.['n'])
    const kinds = {
      sequences: await count(`pg_class WHERE relkind = 'S'`),
      partitions: await count("pg_class WHERE relispartition AND relkind IN ('r', 'p')"),
      generatedColumns: await count(`pg_attribute WHERE attgenerated = 's'`),
      enums: await count(`pg_type WHERE typtype = 'e'`),
      domains: await count(`pg_type WHERE typtype = 'd' AND typnamespace = 'sales'::regnamespace`),
      deferrable: await count('pg_constraint WHERE condeferrable'),
      exclusions: await count(`pg_constraint WHERE contype = 'x'`),
      notValidated: await count('pg_constraint WHERE NOT convalidated'),
      always: await count(`pg_trigger WHERE tgenabled = 'A'`),
      matviews: await count(`pg_class WHERE relkind = 'm' AND relispopulated`),
      standardFunctions: await count("pg_proc WHERE prosqlbody IS NOT NULL AND pronamespace = 'sales'::regnamespace"),
      rules: await count(`pg_rewrite WHERE rulename = 'keep_currencies'`),
      statistics: await count(`pg_statistic_ext`),
      byIndex: await count(`pg_class WHERE relreplident = 'i'`),
      full: await count(`pg_class WHERE relreplident = 'f'`),
      rowSecurity: await count('pg_class WHERE relrowsecurity'),
      defaultPrivileges: await count('pg_default_acl'),
      settings: await count('pg_db_role_setting'),
    }
    expect(kinds).toEqual({
      sequences: expect.any(Number),
      partitions: 5,
      generatedColumns: 2,
      enums: 1,
      domains: 1,
      deferrable: 1,
      exclusions: 1,
      notValidated: 1,
      always: 1,
      matviews: 1,
      standardFunctions: 1,
      rules: 1,
      statistics: 1,
      byIndex: 1,
      full: 1,
      rowSecurity: 0,
      defaultPrivileges: 3,
      settings: 3,
    })
    expect(kinds.sequences).toBeGreaterThan(12)
  })

  test('has sequences that MAX(id) would get wrong', async () => {
    const state = async (sequence: string): Promise<unknown> =>
      (await ask(`SELECT last_value::integer, is_called FROM ${sequence}`))[0]
    expect(await state('sales.next_campaign')).toEqual({ last_value: 41, is_called: false })
    expect(await state('sales.never_used')).toEqual({ last_value: 7, is_called: false })
    expect(await state('catalog.below_zero')).toEqual({ last_value: -50, is_called: true })
    const [orders] = await ask(
      `SELECT max(id) < (SELECT last_value FROM sales.orders_id_seq) AS is_behind FROM sales.orders`,
    )
    expect(orders).toEqual({ is_behind: true })
  })

  test('lets each role do its part and no more', async () => {
    await expect(query(shop.readerUrl, `DELETE FROM sales.orders`)).rejects.toMatchObject({ code: '25006' })
    await expect(query(shop.applicationUrl, `DROP TABLE sales.orders`)).rejects.toMatchObject({ code: '42501' })
    expect(await query(shop.applicationUrl, 'SHOW timezone')).toEqual([{ TimeZone: 'Europe/Oslo' }])
    const replication = servers[name].urlFor({
      user: shop.replicationUser,
      password: passwords.replication,
      database: 'shop',
    })
    expect(await query(replication, 'SELECT count(*) > 0 AS reads FROM sales.orders')).toEqual([{ reads: true }])
    const elsewhere = await ask(`SELECT has_database_privilege('pg_monitor', 'shop', 'CONNECT') AS public`)
    expect(elsewhere).toEqual([{ public: false }])
  })

  test('can be published: every table has a replica identity', async () => {
    const without = await ask(
      `SELECT c.oid::regclass::text AS name FROM pg_class AS c
        WHERE relkind = 'r' AND relnamespace IN ('sales'::regnamespace, 'catalog'::regnamespace) AND relreplident = 'd'
          AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = c.oid AND indisprimary)`,
    )
    expect(without).toEqual([])
  })
})
