import { describe, expect, test } from '@jest/globals'
import { schema } from '../../jobs/schema.ts'
import { createShop } from '../../sandbox/shop/create-shop.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { compareSchemas, readSchemaLines } from '../../src/postgres/schema-fingerprint.ts'
import { Secret } from '../../src/secret.ts'
import { freshDatabase, query } from '../support/database.ts'
import { useServers } from '../support/servers.ts'
import { phaseContext } from './phase-context.ts'

const PASSWORDS = {
  owner: 'owner-password-1',
  application: 'application-password-1',
  reader: 'reader-password-1',
  replication: 'replication-password-1',
}
const TIMEOUT_MS = 60_000

/** What only the second half brings; indexes.servers.test.ts compares it. */
const AFTER_THE_ROWS =
  /^(index|constraint|trigger|rule|policy|statistics|default right) |_pkey|\.orders differs|carts differs|comment sales.orders_open/

async function linesOf(url: string) {
  return databaseAt('source', new Secret(url)).with({}, readSchemaLines)
}

/** Everything undo must put back, of the cluster and the database. */
async function catalogOf(url: string): Promise<unknown> {
  return query(
    url,
    `SELECT (SELECT pg_catalog.json_agg(n.* ORDER BY n.nspname) FROM (SELECT nspname, nspowner::regrole::text, pg_catalog.obj_description(oid, 'pg_namespace'), (SELECT pg_catalog.array_agg(a::text ORDER BY a::text) FROM pg_catalog.unnest(coalesce(nspacl, pg_catalog.acldefault('n', nspowner))) AS a) FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast_)?temp') AS n) AS schemas,
            (SELECT pg_catalog.array_agg(c.oid::regclass::text ORDER BY 1) FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind <> 't') AS relations,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc WHERE oid >= 16384) AS routines,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_type WHERE oid >= 16384) AS types,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_default_acl) AS defaults,
            (SELECT pg_catalog.array_agg(extname ORDER BY extname) FROM pg_catalog.pg_extension) AS extensions,
            (SELECT pg_catalog.json_agg(r.* ORDER BY r.rolname) FROM (SELECT rolname, rolpassword, rolconnlimit FROM pg_catalog.pg_authid) AS r) AS roles,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_auth_members) AS memberships,
            (SELECT pg_catalog.json_agg(s.* ORDER BY s::text) FROM pg_catalog.pg_db_role_setting AS s) AS settings,
            (SELECT pg_catalog.json_build_array(datdba::regrole, datconnlimit, pg_catalog.shobj_description(oid, 'pg_database'), (SELECT pg_catalog.array_agg(a::text ORDER BY a::text) FROM pg_catalog.unnest(coalesce(datacl, pg_catalog.acldefault('d', datdba))) AS a)) FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AS database`,
  )
}

describe.each([15, 16, 17] as const)('schema from PostgreSQL %i to 18', (major) => {
  const servers = useServers({ source: major, target: 18 })

  test(
    'the shop arrives with its rights, comments, settings, and roles that log in with their passwords',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS })
      await query(servers.source.url, "COMMENT ON ROLE shop_app IS 'the application''s'")
      await query(
        servers.source.url,
        'ALTER ROLE shop_app SET work_mem = 8192; ALTER ROLE shop_reader SET search_path = sales, "$user"',
      )
      await query(servers.source.url, 'CREATE ROLE shop_team NOLOGIN; GRANT shop_team TO shop_app WITH ADMIN OPTION')
      const target = await freshDatabase(servers.target)
      const before = await catalogOf(target.url)
      const context = phaseContext({ source: shop.superuserUrl, target: target.url })

      expect(await schema.check(context)).toEqual([])
      expect(await schema.run(context)).toEqual({ kind: 'done' })

      const differences = compareSchemas(await linesOf(shop.superuserUrl), await linesOf(target.url))
      expect(differences.filter((difference) => !AFTER_THE_ROWS.test(difference))).toEqual([])
      const settings = `SELECT coalesce(r.rolname, '') AS role, s.setconfig FROM pg_catalog.pg_db_role_setting AS s LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole ORDER BY 1, 2`
      expect(await query(target.url, settings)).toEqual(await query(shop.superuserUrl, settings))
      const database = `SELECT d.datdba::regrole::text, pg_catalog.shobj_description(d.oid, 'pg_database'), (SELECT pg_catalog.array_agg(a::text ORDER BY a::text) FROM pg_catalog.unnest(d.datacl) AS a) FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`
      expect(await query(target.url, database)).toEqual(await query(shop.superuserUrl, database))
      const roles = `SELECT rolname, rolsuper, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolpassword, pg_catalog.shobj_description(oid, 'pg_authid') FROM pg_catalog.pg_authid WHERE rolname LIKE 'shop%' OR rolname LIKE 'flytt%' ORDER BY rolname`
      expect(await query(target.url, roles)).toEqual(await query(shop.superuserUrl, roles))
      const members = `SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_catalog.pg_auth_members WHERE member >= 16384 ORDER BY 1, 2`
      expect(await query(target.url, members)).toEqual(await query(shop.superuserUrl, members))
      const login = servers.target.urlFor({ user: 'shop_app', password: PASSWORDS.application, database: target.name })
      expect(
        await query(login, 'SELECT CURRENT_USER AS name, pg_catalog.current_setting($1) AS timeout', [
          'statement_timeout',
        ]),
      ).toEqual([{ name: 'shop_app', timeout: '30s' }])

      const keys = `SELECT i.indrelid::regclass::text AS name FROM pg_catalog.pg_index AS i WHERE i.indisprimary OR i.indisreplident ORDER BY 1`
      const inShop = `SELECT name FROM (${keys}) AS k WHERE name ~ '^(sales|catalog|"?public)'`
      expect(await query(target.url, inShop)).toEqual(await query(shop.superuserUrl, inShop))
      expect(
        await query(target.url, 'SELECT count(*)::int AS invalid FROM pg_catalog.pg_index WHERE NOT indisvalid'),
      ).toEqual([{ invalid: 0 }])

      // Run twice equals once.
      const after = await linesOf(target.url)
      expect(await schema.run(context)).toEqual({ kind: 'done' })
      expect(await linesOf(target.url)).toEqual(after)
      expect(JSON.stringify([...context.record.facts])).not.toContain('SCRAM')

      await schema.undo(context)
      expect(await catalogOf(target.url)).toEqual(before)
      expect([...context.record.facts.keys()]).toEqual([])
      await schema.undo(context)
      expect(await catalogOf(target.url)).toEqual(before)
    },
    TIMEOUT_MS,
  )
})
