import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Application } from '../../../sandbox/shop/application.ts'
import { startApplication } from '../../../sandbox/shop/application.ts'
import type { Shop } from '../../../sandbox/shop/create-shop.ts'
import { createShop } from '../../../sandbox/shop/create-shop.ts'
import { freshDatabase, query } from '../../support/database.ts'
import { pollUntil, useDirectory, useServers } from '../../support/servers.ts'

const passwords = { owner: 'owner', application: 'application', reader: 'reader', replication: 'replication' }
const servers = useServers({ source: 17, target: 17 })
const directory = useDirectory()
let shop: Shop
let running: Application | null = null
let stopProxy = (): void => undefined

beforeAll(async () => {
  shop = await createShop(servers.source, { rows: 2_000, passwords, database: 'shop_template' })
  await createShop(servers.target, { rows: 2_000, passwords })
}, 60_000)

afterEach(async () => {
  await running?.stop()
  running = null
  stopProxy()
})

const freshShop = async (): Promise<{ name: string; url: string }> => {
  const fresh = await freshDatabase(servers.source, shop.database)
  await query(fresh.url, `GRANT CONNECT ON DATABASE ${fresh.name} TO shop_app`)
  return fresh
}

const start = async (file: string): Promise<Application> => {
  running = await startApplication({
    connect: 'file',
    connectionFile: file,
    role: 'shop_app',
    password: passwords.application,
    writesPerSecond: 200,
    seed: 7,
  })
  return running
}

interface Content {
  port: number
  database: string
  state?: 'open' | 'paused'
}
const writeConnectionFile = (file: string, { port, database, state = 'open' }: Content): void => {
  writeFileSync(`${file}.new`, JSON.stringify({ host: '127.0.0.1', port, database, state }))
  renameSync(`${file}.new`, file)
}

const connectionFile = (database: string): string => {
  const file = join(mkdtempSync(join(directory(), 'application-')), 'connection.json')
  writeConnectionFile(file, { port: servers.source.port, database })
  return file
}

const acknowledgedBeyond = async (application: Application, more: number): Promise<unknown> => {
  const goal = application.state().acknowledged + more
  return pollUntil(() => application.state().acknowledged >= goal, {
    describe: `${String(more)} more writes are acknowledged: ${JSON.stringify(application.state())}`,
    deadlineMs: 20_000,
  })
}

const startWriting = async (): Promise<{ application: Application; url: string; file: string; name: string }> => {
  const { name, url } = await freshShop()
  const file = connectionFile(name)
  const application = await start(file)
  await acknowledgedBeyond(application, 200)
  return { application, url, file, name }
}

/** Changes the data behind the application's back, triggers included or not. */
const tamper = async (url: string, sql: string): Promise<void> => {
  await query(url, `SET session_replication_role = replica; ${sql}`)
}
const anOrder = `(SELECT token FROM sales.orders WHERE token IN
  (SELECT (details->>'token')::uuid FROM sales.audit_log WHERE details ? 'token') ORDER BY id LIMIT 1)`

/** Passes everything on to a server, but cuts the connection at every 7th COMMIT: before, with, or after it. */
const startCuttingProxy = async (
  port: number,
  when: 'before' | 'with' | 'after',
): Promise<{ port: number; cuts(): number }> => {
  let commits = 0
  let cuts = 0
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    let isAnswerLost = false
    const cut = (): void => {
      cuts++
      client.destroy()
      server.end()
    }
    client.on('data', (chunk) => {
      const isChosen = chunk.includes('COMMIT') && ++commits % 7 === 0
      if (isChosen && when === 'before') {
        cut()
        return
      }
      server.write(chunk)
      if (isChosen && when === 'with') cut()
      if (isChosen && when === 'after') isAnswerLost = true
    })
    server.on('data', (chunk) => {
      if (isAnswerLost) cut()
      else if (!client.destroyed) client.write(chunk)
    })
    client.on('close', () => server.end())
    server.on('close', () => client.destroy())
    client.on('error', () => undefined)
    server.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  stopProxy = () => proxy.close()
  return { port: (proxy.address() as AddressInfo).port, cuts: () => cuts }
}

describe('the application', () => {
  test.each(['before', 'with', 'after'] as const)(
    'loses and doubles nothing when the connection is cut %s a COMMIT',
    async (when) => {
      const { name, url } = await freshShop()
      // A COMMIT that takes longer than the wait before the next try: the retry meets a transaction that lives on.
      await query(
        url,
        `CREATE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.06); RETURN NULL; END';
         CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON sales.orders DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION public.dawdle()`,
      )
      const proxy = await startCuttingProxy(servers.source.port, when)
      const file = join(mkdtempSync(join(directory(), 'application-')), 'connection.json')
      writeConnectionFile(file, { port: proxy.port, database: name })
      const application = await start(file)
      await pollUntil(() => proxy.cuts() >= 25, { describe: '25 connections were cut' })
      expect(await application.check(url)).toMatchObject({ missing: 0, duplicated: 0, examples: [] })
      expect(application.state().failed).toBe(0)
    },
  )

  test('finds nothing wrong where nothing is, and writes in every way', async () => {
    const { application, url } = await startWriting()
    await acknowledgedBeyond(application, 400)
    const result = await application.check()
    expect(result).toEqual({ acknowledged: expect.any(Number), missing: 0, duplicated: 0, examples: [] })
    expect(application.state()).toMatchObject({
      failed: 0,
      lastFailure: null,
      missing: 0,
      seed: 7,
      serverPort: servers.source.port,
    })
    const [written] = await query(
      url,
      `SELECT count(*) FILTER (WHERE action = 'INSERT') > 50 AS inserts, count(*) FILTER (WHERE action = 'UPDATE') > 50 AS updates,
              count(*) FILTER (WHERE action = 'DELETE') > 5 AS deletes,
              (SELECT count(*) > 5 FROM catalog.stock WHERE version > 0) AS upserts,
              (SELECT count(*) > 5 FROM sales.payments_2026_card WHERE paid_at > now() - interval '1 hour')
                OR (SELECT count(*) > 5 FROM sales.payments_other) AS payments
         FROM sales.audit_log WHERE details ? 'token'`,
    )
    expect(written).toEqual({ inserts: true, updates: true, deletes: true, upserts: true, payments: true })
  })

  test('finds a lost order', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(url, `DELETE FROM sales.orders WHERE token = ${anOrder}`)
    const result = await application.check()
    expect(result).toMatchObject({ missing: 1, duplicated: 0, examples: [expect.stringMatching(/no row instead of/)] })
    expect(application.state().missing).toBe(1)
  })

  test('finds an order that went back to an older value, and still does when it is written again', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(url, `UPDATE sales.orders SET version = version - 1, amount = 0 WHERE token = ${anOrder}`)
    expect(await application.check()).toMatchObject({ missing: 1, duplicated: 0 })
    application.resume()
    await acknowledgedBeyond(application, 200)
    expect(await application.check()).toMatchObject({ missing: 1 })
  })

  test('finds lost lines and lost payments of an order', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(
      url,
      `DELETE FROM sales.order_lines WHERE line_number = 1 AND order_id = (SELECT id FROM sales.orders WHERE token = ${anOrder})`,
    )
    await tamper(
      url,
      `DELETE FROM sales.payments WHERE id = (SELECT max(p.id) FROM sales.payments AS p JOIN sales.orders AS o ON o.id = p.order_id
        WHERE o.token IN (SELECT (details->>'token')::uuid FROM sales.audit_log) AND o.token <> ${anOrder})`,
    )
    expect(await application.check()).toMatchObject({ missing: 2, duplicated: 0 })
  })

  test('finds a doubled order', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(
      url,
      `INSERT INTO sales.orders (token, customer_id, amount, version) SELECT token, customer_id, amount, version FROM sales.orders WHERE token = ${anOrder}`,
    )
    expect(await application.check()).toMatchObject({ missing: 0, duplicated: 1 })
  })

  test('finds a deleted order that is back', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(
      url,
      `INSERT INTO sales.orders (token, customer_id) SELECT (details->>'token')::uuid, 100 FROM sales.audit_log WHERE action = 'DELETE' ORDER BY id LIMIT 1`,
    )
    expect(await application.check()).toMatchObject({
      missing: 0,
      duplicated: 1,
      examples: [expect.stringMatching(/deleted, and there again/)],
    })
  })

  test('finds a lost upsert that the next one would cover up', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(url, `DELETE FROM catalog.stock WHERE version > 0`)
    application.resume()
    await pollUntil(() => application.state().failed > 0, { describe: 'a writer ran into the loss' })
    const result = await application.check()
    expect(result.missing).toBeGreaterThan(0)
    expect(result.examples.join()).toMatch(/stock/)
  })

  test('finds a trigger that fired twice, and one that did not', async () => {
    const { application, url } = await startWriting()
    await application.pause()
    await tamper(
      url,
      `INSERT INTO sales.audit_log (action, order_id, details) SELECT action, order_id, details FROM sales.audit_log WHERE details ? 'token' ORDER BY id LIMIT 1`,
    )
    await tamper(url, `DELETE FROM catalog.price_changes WHERE id = (SELECT max(id) FROM catalog.price_changes)`)
    expect(await application.check()).toMatchObject({ missing: 1, duplicated: 1 })
  })

  test('counts what a server refuses as failed, and goes on', async () => {
    const { application, url, name } = await startWriting()
    await query(
      url,
      `ALTER DATABASE ${name} SET default_transaction_read_only = on;
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_app'`,
    )
    await pollUntil(() => application.state().failed > 3, { describe: 'writes fail' })
    expect(application.state().lastFailure).toMatch(/^25006 /)
    await query(
      servers.source.url,
      `ALTER DATABASE ${name} RESET default_transaction_read_only;
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_app'`,
    )
    await acknowledgedBeyond(application, 100)
    expect(await application.check()).toMatchObject({ missing: 0, duplicated: 0 })
  })

  test('loses and doubles nothing when its sessions are ended again and again', async () => {
    const { application, url } = await startWriting()
    for (let round = 0; round < 15; round++) {
      await acknowledgedBeyond(application, 10)
      await query(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_app'`)
    }
    expect(await application.check()).toMatchObject({ missing: 0, duplicated: 0 })
    expect(application.state()).toMatchObject({ failed: 0 })
  })

  test('survives restart and crash of its server with nothing missing, and measures the stall', async () => {
    const { application } = await startWriting()
    application.resetMeasures()
    await servers.source.restart()
    await acknowledgedBeyond(application, 50)
    await servers.source.kill()
    await servers.source.restart()
    await acknowledgedBeyond(application, 50)
    expect(await application.check()).toMatchObject({ missing: 0, duplicated: 0 })
    expect(application.state().failed).toBe(0)
    expect(application.state().longestStallMs).toBeGreaterThan(10)
  })

  test('waits while the file says paused, keeps no session meanwhile, and counts the wait', async () => {
    const { application, url, file, name } = await startWriting()
    application.resetMeasures()
    writeConnectionFile(file, { port: servers.source.port, database: name, state: 'paused' })
    await pollUntil(
      async () => {
        const [row] = await query(
          url,
          `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = '${name}' AND usename = 'shop_app'`,
        )
        return row?.['n'] === 0
      },
      { describe: 'the sessions are gone', deadlineMs: 5_000 },
    )
    await pollUntil(() => application.state().longestStallMs > 300, { describe: 'a write waits' })
    const { acknowledged } = application.state()
    writeConnectionFile(file, { port: servers.source.port, database: name })
    await acknowledgedBeyond(application, 50)
    expect(application.state().acknowledged).toBeGreaterThan(acknowledged)
    expect(application.state().failed).toBe(0)
    expect(await application.check()).toMatchObject({ missing: 0, duplicated: 0 })
  })

  test('goes where the file points, and finds that its writes are not there', async () => {
    const { application, file, url } = await startWriting()
    writeConnectionFile(file, { port: servers.target.port, database: 'shop' })
    await pollUntil(() => application.state().serverPort === servers.target.port, {
      describe: 'it writes to the target',
    })
    expect((await application.check()).missing).toBeGreaterThan(50)
    const atSource = await application.check(url)
    expect(atSource.missing).toBeLessThan(application.state().acknowledged)
  })

  test('holds still while it is paused', async () => {
    const { application } = await startWriting()
    await application.pause()
    const before = application.state().acknowledged
    await application.check()
    expect(application.state().acknowledged).toBe(before)
    application.resume()
    await acknowledgedBeyond(application, 20)
  })
})
