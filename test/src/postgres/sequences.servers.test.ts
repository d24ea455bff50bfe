import { describe, expect, test } from '@jest/globals'
import { databaseAt } from '../../../src/postgres/connection.ts'
import { readSequences, setSequences } from '../../../src/postgres/sequences.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, query } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'

const servers = useServers({ source: 17, target: 18 })

/** Where `MAX(id)` would be wrong; each names the sequence, what makes it, and what happens on the source before the cutover. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['never used', 'CREATE SEQUENCE s', ''],
  ['used', 'CREATE SEQUENCE s', `SELECT nextval('s'), nextval('s')`],
  ['set but not called', 'CREATE SEQUENCE s', `SELECT setval('s', 41, false)`],
  [
    'ahead of its deleted rows',
    'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY); CREATE SEQUENCE s',
    `SELECT setval('s', 9000)`,
  ],
  ['descending', 'CREATE SEQUENCE s INCREMENT -1 MINVALUE -1000 MAXVALUE -1', `SELECT nextval('s'), nextval('s')`],
  ['with steps of ten', 'CREATE SEQUENCE s INCREMENT 10 START 7', `SELECT nextval('s'), nextval('s')`],
  ['cycling, at its end', 'CREATE SEQUENCE s MAXVALUE 3 CYCLE', `SELECT nextval('s'), nextval('s'), nextval('s')`],
  [
    'owned by nothing and shared',
    'CREATE SEQUENCE s; CREATE TABLE a (id int DEFAULT nextval($$s$$)); CREATE TABLE b (id int DEFAULT nextval($$s$$))',
    'INSERT INTO a DEFAULT VALUES; INSERT INTO b DEFAULT VALUES',
  ],
  [
    'with a weird name in a weird schema',
    'CREATE SCHEMA "Weird ""schema"; CREATE SEQUENCE "Weird ""schema"."it\'s $1"; CREATE SEQUENCE s',
    `SELECT nextval('"Weird ""schema"."it''s $1"')`,
  ],
  ['near the end of bigint', 'CREATE SEQUENCE s', `SELECT setval('s', 9223372036854775000)`],
]

describe('a sequence', () => {
  test.each(CASES)(
    '%s gives the same next value on the target as it would have on the source',
    async (_what, make, use) => {
      const [source, target] = await Promise.all([freshDatabase(servers.source), freshDatabase(servers.target)])
      await Promise.all([source, target].map(({ url }) => query(url, make)))
      if (use !== '') await query(source.url, use)
      await databaseAt('source', new Secret(source.url)).with({}, async (publisher) =>
        databaseAt('target', new Secret(target.url)).with({}, async (subscriber) => {
          const before = await readSequences(publisher)
          await setSequences(subscriber, before)
          // Twice is as once.
          await setSequences(subscriber, before)
          expect(await readSequences(publisher)).toEqual(before)
        }),
      )
      const next = `SELECT nextval('s') AS value`
      const [[fromSource], [fromTarget]] = await Promise.all([query(source.url, next), query(target.url, next)])
      expect(fromTarget).toEqual(fromSource)
    },
  )

  test('with a cache never gives a value twice', async () => {
    const [source, target] = await Promise.all([freshDatabase(servers.source), freshDatabase(servers.target)])
    await Promise.all([source, target].map(({ url }) => query(url, 'CREATE SEQUENCE s CACHE 50')))
    const [given] = await query<{ value: string }>(source.url, `SELECT nextval('s') AS value`)
    await databaseAt('source', new Secret(source.url)).with({}, async (publisher) =>
      databaseAt('target', new Secret(target.url)).with({}, async (subscriber) =>
        setSequences(subscriber, await readSequences(publisher)),
      ),
    )
    const [next] = await query<{ value: string }>(target.url, `SELECT nextval('s') AS value`)
    expect(Number(next?.value)).toBeGreaterThan(Number(given?.value))
  })

  test('that is missing on the target is named', async () => {
    const [source, target] = await Promise.all([freshDatabase(servers.source), freshDatabase(servers.target)])
    await query(source.url, `CREATE SEQUENCE one; CREATE SEQUENCE two; SELECT nextval('one')`)
    await query(target.url, 'CREATE SEQUENCE one')
    await databaseAt('source', new Secret(source.url)).with({}, async (publisher) =>
      databaseAt('target', new Secret(target.url)).with({}, async (subscriber) => {
        const states = await readSequences(publisher)
        await expect(setSequences(subscriber, states)).rejects.toThrow(/two/)
      }),
    )
  })
})
