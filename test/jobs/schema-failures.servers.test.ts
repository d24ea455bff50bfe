import { describe, expect, test } from '@jest/globals'
import { schema } from '../../jobs/schema.ts'
import { createShop } from '../../sandbox/shop/create-shop.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { readSchemaLines } from '../../src/postgres/schema-fingerprint.ts'
import { Secret } from '../../src/secret.ts'
import { crashingDatabase } from '../support/crash.ts'
import { freshDatabase, query } from '../support/database.ts'
import { useServers } from '../support/servers.ts'
import { phaseContext } from './phase-context.ts'

const PASSWORDS = {
  owner: 'owner-password-1',
  application: 'application-password-1',
  reader: 'reader-password-1',
  replication: 'replication-password-1',
}
const TIMEOUT_MS = 120_000

const linesOf = (url: string) => databaseAt('source', new Secret(url)).with({}, readSchemaLines)
const rolesOf = (url: string) => query(url, 'SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384 ORDER BY 1')
const schemasOf = async (url: string) =>
  (
    await query<{ nspname: string }>(
      url,
      "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    )
  ).map(({ nspname }) => nspname)

describe('schema, when something goes wrong', () => {
  const servers = useServers({ source: 17, target: 18 })

  test(
    'a statement that the target refuses leaves nothing of the schema, and is named',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS, database: 'refused' })
      const target = await freshDatabase(servers.target)
      await query(target.url, 'CREATE SCHEMA sales; CREATE TABLE sales.theirs (id int)')
      const before = await linesOf(target.url)
      const context = phaseContext({ source: shop.superuserUrl, target: target.url })
      await expect(schema.run(context)).rejects.toMatchObject({
        code: 'SCHEMA_RESTORE_FAILED',
        context: { object: 'SCHEMA sales', sqlState: '42P06' },
      })
      expect(await linesOf(target.url)).toEqual(before)
      await schema.undo(context)
      expect(await schemasOf(target.url)).toEqual(['information_schema', 'public', 'sales'])
      expect(await query(target.url, 'SELECT * FROM sales.theirs')).toEqual([])
      expect(await rolesOf(target.url)).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'ended by the server at any statement, it goes on and ends the same; undo takes everything back',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS, database: 'crashed' })
      const target = await freshDatabase(servers.target)
      const urls = { source: shop.superuserUrl, target: target.url }
      const whole = phaseContext(urls)
      await schema.run(whole)
      const wanted = await linesOf(target.url)
      await schema.undo(whole)
      const empty = await linesOf(target.url)

      let crashes = 0
      // All there are: about 10 to prepare, 20 for roles, 220 before the rows, 50 keys, 20 of the database.
      for (const statement of [1, 4, 9, 15, 24, 30, 150, 252, 290, 350]) {
        const context = phaseContext(urls)
        const crashing = { ...context, target: crashingDatabase(context.target, servers.target.url, statement) }
        const error: unknown = await schema.run(crashing).then(
          () => null,
          (thrown: unknown) => thrown,
        )
        // A run has fewer statements than the last of these.
        if (error !== null) crashes++
        expect([null, 'CONNECTION_LOST']).toContain(error === null ? null : (error as { code?: string }).code)
        // The whole first half is one transaction.
        expect(statement > 240 || JSON.stringify(await linesOf(target.url)) === JSON.stringify(empty)).toBe(true)
        expect(await schema.run(context)).toEqual({ kind: 'done' })
        expect(await linesOf(target.url)).toEqual(wanted)
        // Undo is ended in the middle as well.
        await schema
          .undo({ ...context, target: crashingDatabase(context.target, servers.target.url, Math.ceil(statement / 4)) })
          .catch(() => undefined)
        await schema.undo(context)
        expect(await linesOf(target.url)).toEqual(empty)
        expect(await rolesOf(target.url)).toEqual([])
      }
      expect(crashes).toBeGreaterThan(7)
    },
    TIMEOUT_MS,
  )

  test(
    'roles whose passwords cannot be read are named before anything is changed, and existing ones stay as they are',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS, database: 'unreadable' })
      await query(servers.source.url, `CREATE ROLE flytt LOGIN PASSWORD 'flytt-password-1'; GRANT shop_owner TO flytt`)
      const target = await freshDatabase(servers.target)
      const source = servers.source.urlFor({ user: 'flytt', password: 'flytt-password-1', database: shop.database })
      const context = phaseContext({ source, target: target.url })
      await expect(schema.run(context)).rejects.toMatchObject({
        code: 'ROLE_SECRET_UNREADABLE',
        message: expect.stringMatching(/flytt, .*shop_app/),
      })
      expect(await rolesOf(target.url)).toEqual([])

      const names = ['flytt', 'flytt_replication', 'shop_app', 'shop_owner', 'shop_reader']
      for (const name of names)
        await query(target.url, `CREATE ROLE ${name} LOGIN PASSWORD 'another-password' CONNECTION LIMIT 3`)
      expect(await schema.run(context)).toEqual({ kind: 'done' })
      expect(
        await query(target.url, 'SELECT DISTINCT rolconnlimit FROM pg_catalog.pg_roles WHERE oid >= 16384'),
      ).toEqual([{ rolconnlimit: 3 }])
      await schema.undo(context)
      expect((await rolesOf(target.url)).length).toBe(names.length)
    },
    TIMEOUT_MS,
  )

  test(
    'undo is refused once the application lives on the target',
    async () => {
      const shop = await createShop(servers.source, { rows: 1000, passwords: PASSWORDS, database: 'switched' })
      const target = await freshDatabase(servers.target)
      const context = phaseContext({ source: shop.superuserUrl, target: target.url })
      await schema.run(context)
      const switched = { ...context, migration: { ...context.migration, switchedAt: new Date() } }
      await expect(schema.undo(switched)).rejects.toMatchObject({ code: 'STATUS_REFUSED' })
      expect(await schemasOf(target.url)).toContain('sales')
    },
    TIMEOUT_MS,
  )
})
