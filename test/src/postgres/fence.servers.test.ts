import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { FLYTT_SCHEMA } from '../../../src/migration/object-names.ts'
import { databaseAt, type Session } from '../../../src/postgres/connection.ts'
import { endSessions, fence, liftFence } from '../../../src/postgres/fence.ts'
import { createFlyttSchema, dropFlyttSchema } from '../../../src/postgres/flytt-schema.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, query, type FreshDatabase } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'

const servers = useServers({ source: { major: 17, settings: { max_prepared_transactions: '5' } } })

let database: FreshDatabase
let session: Session
let applicationUrl: string
beforeEach(async () => {
  database = await freshDatabase(servers.source)
  const role = `app_${database.name}`
  await query(
    database.url,
    `CREATE TABLE t (id int PRIMARY KEY); CREATE ROLE ${role} LOGIN PASSWORD 'secret-of-app'; GRANT INSERT ON t TO ${role}`,
  )
  applicationUrl = servers.source.urlFor({ user: role, password: 'secret-of-app', database: database.name })
  session = await databaseAt('source', new Secret(database.url)).open({ applicationName: 'flytt test' })
  await query(database.url, 'CREATE ROLE flytt_replication LOGIN REPLICATION').catch(() => undefined)
  await createFlyttSchema(session, 'flytt_replication')
})
afterEach(async () => {
  await session.end()
})

const write = () =>
  query(
    applicationUrl,
    'INSERT INTO t SELECT coalesce(max(id), 0) + 1 FROM (SELECT 1 AS id) AS x ON CONFLICT DO NOTHING',
  )
const settingsOf = () =>
  query(
    database.url,
    `SELECT datconnlimit, (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0) AS setconfig
       FROM pg_database AS d WHERE datname = current_database()`,
  )

describe('the fence', () => {
  test('lets no application in, and lifting it puts back what was there', async () => {
    await query(
      database.url,
      `ALTER DATABASE ${database.name} CONNECTION LIMIT 17; ALTER DATABASE ${database.name} SET work_mem = '8MB'`,
    )
    const before = await settingsOf()
    await fence(session, database.name, 1)
    await expect(write()).rejects.toMatchObject({ code: '53300' })
    await liftFence(session, database.name, 1)
    await expect(write()).resolves.toEqual([])
    expect(await settingsOf()).toEqual(before)
  })

  test('keeps a read-only default that was there before', async () => {
    await query(database.url, `ALTER DATABASE ${database.name} SET default_transaction_read_only = off`)
    const before = await settingsOf()
    await fence(session, database.name, 1)
    await liftFence(session, database.name, 1)
    expect(await settingsOf()).toEqual(before)
  })

  test('put up twice is put up once: the old values are not forgotten', async () => {
    await query(database.url, `ALTER DATABASE ${database.name} CONNECTION LIMIT 9`)
    const before = await settingsOf()
    await fence(session, database.name, 1)
    await fence(session, database.name, 2)
    await liftFence(session, database.name, 3)
    await liftFence(session, database.name, 3)
    expect(await settingsOf()).toEqual(before)
  })

  test('is neither put up nor lifted by a worker that was taken over from', async () => {
    await fence(session, database.name, 5)
    await expect(liftFence(session, database.name, 4)).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' })
    await expect(write()).rejects.toMatchObject({ code: '53300' })
    await liftFence(session, database.name, 6)
    await expect(fence(session, database.name, 5)).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' })
    await expect(write()).resolves.toEqual([])
  })

  test('that is lifted without having been put up changes nothing', async () => {
    const before = await settingsOf()
    await liftFence(session, database.name, 1)
    expect(await settingsOf()).toEqual(before)
  })
})

describe('ending the sessions', () => {
  test('rolls back what is open and keeps Flytt’s own', async () => {
    const client = new pg.Client({ connectionString: applicationUrl })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO t VALUES (1)')
    await fence(session, database.name, 1)
    await endSessions(session, database.name, [session.pid], 2000)
    await expect(client.query('COMMIT')).rejects.toThrow()
    expect(await session.query('SELECT count(*)::int AS rows FROM t')).toEqual([{ rows: 0 }])
    await client.end().catch(() => undefined)
  })

  test('names who comes back again and again', async () => {
    // A superuser is not stopped by the fence.
    const stopping = new AbortController()
    const intrude = async () => {
      while (!stopping.signal.aborted) {
        const client = new pg.Client({ connectionString: database.url, application_name: 'nightly report' })
        client.on('error', () => undefined)
        await client.connect().catch(() => undefined)
        await client.query('SELECT pg_sleep(2)').catch(() => undefined)
        await client.end().catch(() => undefined)
      }
    }
    // Several, or all of them may be away for two looks.
    const intruders = [1, 2, 3, 4].map(intrude)
    await fence(session, database.name, 1)
    await expect(endSessions(session, database.name, [session.pid], 500)).rejects.toMatchObject({
      code: 'FENCE_INCOMPLETE',
      message: expect.stringContaining('nightly report') as unknown as string,
    })
    stopping.abort()
    await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      'nightly report',
    ])
    await Promise.all(intruders)
  })

  test('refuses to go on while a prepared transaction is pending', async () => {
    await session.query('BEGIN')
    await session.query('INSERT INTO t VALUES (7)')
    await session.query(`PREPARE TRANSACTION 'pending-${database.name}'`)
    await fence(session, database.name, 1)
    await expect(endSessions(session, database.name, [session.pid], 1000)).rejects.toThrow(/pending-/)
    await session.query(`ROLLBACK PREPARED 'pending-${database.name}'`)
  })
})

test('the schema is made once and dropped whole', async () => {
  await createFlyttSchema(session, 'flytt_replication')
  await dropFlyttSchema(session)
  await dropFlyttSchema(session)
  expect(await session.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [FLYTT_SCHEMA])).toEqual([])
})
