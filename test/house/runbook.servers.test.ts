import { describe, expect, test } from '@jest/globals'
import { objectNames } from '../../src/migration/object-names.ts'
import { replicationConninfo } from '../../src/postgres/conninfo.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { fence } from '../../src/postgres/fence.ts'
import { createFlyttSchema } from '../../src/postgres/flytt-schema.ts'
import { createPublication } from '../../src/postgres/publication.ts'
import { createReplicationSlot } from '../../src/postgres/replication-slot.ts'
import { createSubscription } from '../../src/postgres/subscription.ts'
import { createMissingRoles } from '../../src/postgres/roles.ts'
import { Secret } from '../../src/secret.ts'
import { applyRevisions } from '../../src/state/apply-revisions.ts'
import { createLogger } from '../../src/logger.ts'
import { splitScript } from '../../src/postgres/split-statements.ts'
import { openState } from '../../src/state/state-database.ts'
import { query, withClient } from '../support/database.ts'
import { useServers } from '../support/servers.ts'
import { codeBlocks } from './markdown.ts'
import { readText } from './project-files.ts'

/** The statements of docs/runbook.md are run as they stand there: the database and migration in them are `shop`. */
const runbook = readText('docs/runbook.md')
const servers = useServers({
  source: { major: 17, settings: { wal_level: 'logical' } },
  target: 18,
})

async function createShop(side: 'source' | 'target'): Promise<string> {
  const server = servers[side]
  await query(server.url, 'DROP DATABASE IF EXISTS shop WITH (FORCE)')
  await query(server.url, 'CREATE DATABASE shop')
  const url = server.urlFor({ user: 'postgres', password: server.superuserPassword, database: 'shop' })
  await query(url, 'CREATE TABLE orders (id integer PRIMARY KEY)')
  return url
}

/** Runs a block as psql does: statement by statement in one session. */
async function runBlock(url: string, block: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const { sql } of splitScript(block).statements) await client.query(sql)
  })
}

async function applicationWrites(url: string): Promise<boolean> {
  const { port } = new URL(url)
  try {
    await query(
      `postgres://shop_app:word@127.0.0.1:${port}/shop`,
      'INSERT INTO orders SELECT coalesce(max(id), 0) + 1 FROM orders',
    )
    return true
  } catch {
    return false
  }
}

describe('the runbook', () => {
  test('asks the record questions that it answers', async () => {
    const state = openState(new Secret(servers.target.url), createLogger('error', 'test'))
    try {
      await applyRevisions(state)
    } finally {
      await state.end()
    }
    const blocks = ['Where do I look first?', 'How do I know on which side the application belongs?'].flatMap(
      (heading) => codeBlocks(runbook, heading, 'sql'),
    )
    expect(blocks).toHaveLength(2)
    for (const block of blocks) await expect(query(servers.target.url, block)).resolves.toEqual([])
  })

  test('lifts the fence by hand, so that the application can write again', async () => {
    const url = await createShop('source')
    await query(url, `CREATE ROLE shop_app LOGIN PASSWORD 'word'; GRANT SELECT, INSERT ON orders TO shop_app`)
    expect(await applicationWrites(url)).toBe(true)
    await databaseAt('source', new Secret(url)).with({}, async (session) => {
      await createFlyttSchema(session, null)
      await fence(session, 'shop', 3)
    })
    expect(await applicationWrites(url)).toBe(false)
    const [block = ''] = codeBlocks(runbook, 'How do I lift the fence by hand?', 'sql')
    await runBlock(url, block)
    expect(await applicationWrites(url)).toBe(true)
    expect(await query(url, 'SELECT fenced FROM flytt_migration.fence')).toEqual([{ fenced: false }])
  })

  test('removes everything of Flytt by hand, also while the fence is up', async () => {
    const [sourceUrl, targetUrl] = [await createShop('source'), await createShop('target')]
    const names = objectNames('shop-1')
    const [source, target] = [databaseAt('source', new Secret(sourceUrl)), databaseAt('target', new Secret(targetUrl))]
    await source.with({}, (publisher) =>
      target.with({}, async (subscriber) => {
        await createFlyttSchema(publisher, 'postgres')
        await createFlyttSchema(subscriber, null)
        await createMissingRoles(publisher, subscriber, 'shop-1')
        await createPublication(publisher, names.publication, [{ schema: 'public', table: 'orders' }])
        await createReplicationSlot(publisher, names.slot, 10_000)
        const replication = {
          user: 'postgres',
          password: new Secret(servers.source.superuserPassword),
          sourceAddress: `127.0.0.1:${String(servers.source.port)}`,
        }
        await createSubscription(subscriber, names, replicationConninfo(replication, 'shop', 170_000))
        await fence(publisher, 'shop', 1)
      }),
    )
    const blocks = codeBlocks(runbook, 'How do I remove everything of Flytt by hand?', 'sql')
    const [onTarget = '', onSource = ''] = (blocks[0] ?? '').split(/^(?=-- on the source)/m)
    await runBlock(targetUrl, onTarget)
    // As a person does it: the slot is free as soon as the walsender has noticed.
    await query(sourceUrl, 'SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active')
    await runBlock(sourceUrl, onSource)
    const left = `SELECT (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_publication)
                       + (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_namespace WHERE nspname = 'flytt_migration') AS n`
    for (const url of [sourceUrl, targetUrl]) expect(await query(url, left)).toEqual([{ n: '0' }])
  })

  test('closes the migration in the record, so that its source can be moved again', async () => {
    const [, update = ''] = codeBlocks(runbook, 'How do I remove everything of Flytt by hand?', 'sql')
    await withClient(servers.target.url, async (client) => {
      await client.query(
        `INSERT INTO flytt.migration (id, name, number, source_key, requester_user_id, channel_id, status, phase)
         VALUES ('shop-1', 'shop', 1, 'old:5432/shop', 'U0OLA', 'C0MIGRATE', 'abort-failed', 'copy')`,
      )
      await client.query(update)
      const { rows } = await client.query('SELECT status, finished_at IS NOT NULL AS ended FROM flytt.migration')
      expect(rows).toEqual([{ status: 'aborted', ended: true }])
    })
  })
})
