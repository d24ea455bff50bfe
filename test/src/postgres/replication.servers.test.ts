import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { FLYTT_SCHEMA, objectNames } from '../../../src/migration/object-names.ts'
import { requireApplicationWrites } from '../../../src/postgres/application-login.ts'
import { replicationConninfo } from '../../../src/postgres/conninfo.ts'
import { databaseAt, type Session } from '../../../src/postgres/connection.ts'
import { createFlyttSchema } from '../../../src/postgres/flytt-schema.ts'
import { flushOrigin, measureLag, writeMarkerAndWait } from '../../../src/postgres/heartbeat.ts'
import { createPublication, createPublicationSql, readPublishableTables } from '../../../src/postgres/publication.ts'
import {
  createReplicationSlot,
  dropReplicationSlot,
  dropSyncSlots,
  findReplicationSlot,
  peekChangeCount,
  requireReplicationSlot,
} from '../../../src/postgres/replication-slot.ts'
import {
  createSubscription,
  createSubscriptionSql,
  disableSubscription,
  dropSubscription,
  enableSubscription,
  findSubscription,
  readSubscriptionErrorCount,
  readSubscriptionTables,
} from '../../../src/postgres/subscription.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, type FreshDatabase } from '../../support/database.ts'
import { pollUntil, useServers } from '../../support/servers.ts'

const servers = useServers({ source: 17, target: 18 })

const PASSWORD = 'it\'s a "secret" \\ of $1'
let source: FreshDatabase
let target: FreshDatabase
let publisher: Session
let subscriber: Session
let names: ReturnType<typeof objectNames>
let count = 0

beforeEach(async () => {
  ;[source, target] = await Promise.all([freshDatabase(servers.source), freshDatabase(servers.target)])
  publisher = await databaseAt('source', new Secret(source.url)).open()
  subscriber = await databaseAt('target', new Secret(target.url)).open()
  count += 1
  names = objectNames(`test-${count}`)
  await publisher.query(
    `DO $$ BEGIN CREATE ROLE replicator LOGIN REPLICATION; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
     ALTER ROLE replicator PASSWORD ${pg.escapeLiteral(PASSWORD)}; GRANT pg_read_all_data TO replicator`,
  )
  const tables = 'CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE "Order ""Notes" (id int PRIMARY KEY)'
  await Promise.all([publisher.query(tables), subscriber.query(tables)])
  await publisher.query('INSERT INTO t SELECT g, g::text FROM generate_series(1, 1000) AS g')
  await createFlyttSchema(publisher, 'replicator')
  await createFlyttSchema(subscriber, null)
})
afterEach(async () => {
  await dropSubscription(subscriber, names.subscription)
  await dropReplicationSlot(publisher, names.slot)
  await Promise.all([publisher.end(), subscriber.end()])
})

const conninfo = () =>
  replicationConninfo(
    { user: 'replicator', password: new Secret(PASSWORD), sourceAddress: `127.0.0.1:${servers.source.port}` },
    source.name,
    170_000,
  )

/** Publication, slot and subscription, all tables ready. */
async function replicate(): Promise<void> {
  await createPublication(publisher, names.publication, await readPublishableTables(publisher))
  await createReplicationSlot(publisher, names.slot, 10_000)
  await createSubscription(subscriber, names, conninfo())
  await pollUntil(
    async () => (await readSubscriptionTables(subscriber, names.subscription)).every(({ state }) => state === 'r'),
    {
      describe: 'every table is ready',
      deadlineMs: 30_000,
    },
  )
}

describe('copy and stream', () => {
  test('carry rows over, prove it by a marker, and leave nothing in the slot once the subscription stops', async () => {
    await replicate()
    await publisher.query('INSERT INTO t VALUES (2000, $1)', ['late'])
    await writeMarkerAndWait(publisher, subscriber, 5000)
    expect(await subscriber.query('SELECT count(*)::int AS rows FROM t')).toEqual([{ rows: 1001 }])
    const subscription = await findSubscription(subscriber, names.subscription)
    expect(await flushOrigin(subscriber, subscription?.oid ?? '0')).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/)
    await disableSubscription(subscriber, names.subscription)
    await pollUntil(async () => (await findReplicationSlot(publisher, names.slot))?.isActive === false, {
      describe: 'the slot is free',
    })
    expect(await peekChangeCount(publisher, names.slot, names.publication)).toBe(0)
    await publisher.query('UPDATE t SET v = $1 WHERE id = 1', ['written past the fence'])
    expect(await peekChangeCount(publisher, names.slot, names.publication)).toBe(1)
  })

  test('every step may be taken again', async () => {
    await replicate()
    await replicate()
    await enableSubscription(subscriber, names.subscription)
    expect(await readSubscriptionErrorCount(subscriber, names.subscription)).toBe(0)
  })

  test('lag is measured in bytes and in time by the source’s clock', async () => {
    await replicate()
    const small = await measureLag(publisher, subscriber, names.slot)
    expect(small.replayMs).toBeLessThan(600)
    await disableSubscription(subscriber, names.subscription)
    await publisher.query('INSERT INTO t SELECT g, repeat($1, 500) FROM generate_series(3000, 9000) AS g', ['x'])
    const big = await measureLag(publisher, subscriber, names.slot)
    expect(big.lagBytes).toBeGreaterThan(2_000_000)
    expect(big.retainedBytes).toBeGreaterThanOrEqual(big.lagBytes)
    expect(big.replayMs).toBeGreaterThan(400)
  })

  test('a marker that does not arrive is an error within its deadline', async () => {
    await replicate()
    await disableSubscription(subscriber, names.subscription)
    await expect(writeMarkerAndWait(publisher, subscriber, 200)).rejects.toMatchObject({ code: 'HEARTBEAT_LATE' })
  })

  test('apply errors are counted', async () => {
    await replicate()
    await subscriber.query("INSERT INTO t VALUES (5000, 'stray')")
    await publisher.query("INSERT INTO t VALUES (5000, 'true')")
    await pollUntil(async () => (await readSubscriptionErrorCount(subscriber, names.subscription)) ?? 0, {
      describe: 'an error is counted',
      deadlineMs: 15_000,
    })
  })

  test('dropping in the middle of the copy leaves no slot of any kind', async () => {
    await createPublication(publisher, names.publication, await readPublishableTables(publisher))
    await createReplicationSlot(publisher, names.slot, 10_000)
    await subscriber.query('BEGIN; LOCK TABLE t IN SHARE MODE')
    const other = await databaseAt('target', new Secret(target.url)).open()
    await createSubscription(other, names, conninfo())
    await pollUntil(
      async () =>
        (await publisher.query(`SELECT 1 FROM pg_replication_slots WHERE slot_name LIKE 'pg\\_%\\_sync\\_%'`)).length >
        0,
      {
        describe: 'a table is being copied',
      },
    )
    const subscription = await findSubscription(other, names.subscription)
    await subscriber.query('ROLLBACK')
    await dropSubscription(other, names.subscription)
    await dropSyncSlots(publisher, subscription?.oid ?? '0')
    await dropReplicationSlot(publisher, names.slot)
    await other.end()
    expect(
      await publisher.query('SELECT slot_name FROM pg_replication_slots WHERE database = $1', [source.name]),
    ).toEqual([])
  })
})

describe('a slot', () => {
  test('that must wait for an open transaction is given up in time, names it and leaves nothing', async () => {
    const client = new pg.Client({ connectionString: source.url })
    await client.connect()
    await client.query("BEGIN; INSERT INTO t VALUES (-1, 'open')")
    await expect(createReplicationSlot(publisher, names.slot, 500)).rejects.toMatchObject({
      code: 'SLOT_WAITS',
      message: expect.stringMatching(/pid \d+ of postgres in test_/) as unknown as string,
    })
    await client.query('ROLLBACK')
    await client.end()
    expect(await findReplicationSlot(publisher, names.slot)).toBeNull()
  })

  test('that is gone is an error and never a lag of zero', async () => {
    await expect(requireReplicationSlot(publisher, 'flytt_none')).rejects.toMatchObject({ code: 'SLOT_MISSING' })
    await expect(measureLag(publisher, subscriber, 'flytt_none')).rejects.toMatchObject({ code: 'SLOT_MISSING' })
  })
})

describe('statements', () => {
  test('quote hostile names', async () => {
    const hostile = 'x"; DROP TABLE t; --'
    expect(createPublicationSql(hostile, [{ schema: hostile, table: hostile }])).toBe(
      'CREATE PUBLICATION "x""; DROP TABLE t; --" FOR TABLE "x""; DROP TABLE t; --"."x""; DROP TABLE t; --"',
    )
    await publisher.query(
      `CREATE SCHEMA "x""; DROP TABLE t; --"; CREATE TABLE "x""; DROP TABLE t; --"."x'" (id int PRIMARY KEY)`,
    )
    await createPublication(publisher, 'hostile', await readPublishableTables(publisher))
    expect(
      await publisher.query('SELECT count(*)::int AS tables FROM pg_publication_tables WHERE pubname = $1', [
        'hostile',
      ]),
    ).toEqual([{ tables: 4 }])
    expect(
      createSubscriptionSql({ subscription: hostile, publication: hostile, slot: "s'" }, "password='it''s'"),
    ).toContain("CONNECTION 'password=''it''''s'''")
  })

  test('a failing subscription never shows the password', async () => {
    const wrong = replicationConninfo(
      { user: 'replicator', password: new Secret('wrong-password'), sourceAddress: `127.0.0.1:${servers.source.port}` },
      source.name,
      170_000,
    )
    const failing = createSubscription(subscriber, names, wrong)
    await expect(failing).rejects.toMatchObject({ code: 'PUBLISHER_UNREACHABLE' })
    await expect(failing).rejects.not.toThrow(/wrong-password/)
  })
})

describe('the application’s login', () => {
  const signal = AbortSignal.timeout(60_000)
  const application = (database: FreshDatabase) =>
    databaseAt(
      'target',
      new Secret(servers.target.urlFor({ user: 'app', password: 'secret-of-app', database: database.name })),
    )

  test('is proved by writes that are rolled back', async () => {
    await subscriber.query(
      `DO $$ BEGIN CREATE ROLE app LOGIN PASSWORD 'secret-of-app'; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT SELECT, UPDATE ON t TO app`,
    )
    expect(await requireApplicationWrites(application(target), signal)).toEqual(['public.t'])
    expect(
      await subscriber.query(`SELECT n_tup_upd::int AS updates FROM pg_stat_user_tables WHERE relname = 't'`),
    ).toEqual([{ updates: 0 }])
  })

  test.each([
    ['a login that is refused', 'ALTER ROLE app NOLOGIN', 'ALTER ROLE app LOGIN'],
    ['a database that is closed', 'ALTER DATABASE %d CONNECTION LIMIT 0', ''],
    ['a database that is read-only by default', 'ALTER DATABASE %d SET default_transaction_read_only = on', ''],
    [
      'a role that is read-only by default',
      'ALTER ROLE app SET default_transaction_read_only = on',
      'ALTER ROLE app RESET ALL',
    ],
  ])('finds %s', async (_what, close, open) => {
    await subscriber.query(
      `DO $$ BEGIN CREATE ROLE app LOGIN PASSWORD 'secret-of-app'; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT UPDATE ON t TO app`,
    )
    await subscriber.query(close.replace('%d', target.name))
    await expect(requireApplicationWrites(application(target), signal)).rejects.toMatchObject({
      code: 'TARGET_REFUSES_WRITES',
    })
    if (open !== '') await subscriber.query(open)
  })
})

test('Flytt’s own schema is never published but for its heartbeat', async () => {
  await replicate()
  const published = await publisher.query(
    'SELECT tablename FROM pg_publication_tables WHERE pubname = $1 AND schemaname = $2',
    [names.publication, FLYTT_SCHEMA],
  )
  expect(published).toEqual([{ tablename: 'heartbeat' }])
})
