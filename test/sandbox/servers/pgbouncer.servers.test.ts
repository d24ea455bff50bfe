import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import type { PgBouncer } from '../../../sandbox/servers/pgbouncer.ts'
import { startPgBouncer } from '../../../sandbox/servers/pgbouncer.ts'
import { isAlive } from '../../../sandbox/servers/server-process.ts'
import type { Application } from '../../../sandbox/shop/application.ts'
import { startApplication } from '../../../sandbox/shop/application.ts'
import { createShop } from '../../../sandbox/shop/create-shop.ts'
import { query } from '../../support/database.ts'
import { pollUntil, requireProgram, useDirectory, useServers } from '../../support/servers.ts'

const suite = requireProgram('pgbouncer')
const passwords = { owner: 'owner', application: 'app"li cation', reader: 'reader', replication: 'replication' }

suite('PgBouncer before the shop', () => {
  const servers = useServers({ source: 17, target: 18 })
  const directory = useDirectory()
  let bouncer: PgBouncer | null = null
  let application: Application | null = null

  beforeAll(async () => {
    for (const server of [servers.source, servers.target]) await createShop(server, { rows: 2_000, passwords })
  }, 60_000)
  afterEach(async () => {
    await application?.stop()
    await bouncer?.stop()
    application = bouncer = null
  })

  const start = async (name: string): Promise<PgBouncer> => {
    bouncer = await startPgBouncer({
      directory: join(directory(), name),
      database: 'shop',
      host: '127.0.0.1',
      port: servers.source.port,
      userlist: { shop_app: passwords.application },
      adminUser: 'flytt_admin',
      adminPassword: 'admin secret',
    })
    return bouncer
  }

  test('lets the application through, refuses a wrong password, and answers its console', async () => {
    const started = await start('login')
    const login = { user: 'shop_app', password: passwords.application }
    expect(await query(started.urlFor(login), 'SELECT inet_server_port() AS port')).toEqual([
      { port: servers.source.port },
    ])
    await expect(query(started.urlFor({ ...login, password: 'guess' }), 'SELECT 1')).rejects.toThrow()
    const settings = await query(started.adminUrl, 'SHOW CONFIG')
    expect(settings).toContainEqual(expect.objectContaining({ key: 'pool_mode', value: 'transaction' }))
    expect(readFileSync(started.configFile, 'utf8')).toContain(
      `shop = host=127.0.0.1 port=${String(servers.source.port)} dbname=shop\n`,
    )
  })

  test('holds the application back and sends it to the other server without a failed write', async () => {
    const started = await start('switch')
    application = await startApplication({
      connect: 'pgbouncer',
      url: started.urlFor({ user: 'x', password: 'x' }),
      role: 'shop_app',
      password: passwords.application,
      writesPerSecond: 200,
    })
    const running = application
    await pollUntil(() => running.state().acknowledged > 100, { describe: 'it writes' })
    expect(running.state().serverPort).toBe(servers.source.port)
    await query(started.adminUrl, 'PAUSE shop')
    await pollUntil(() => running.state().longestStallMs > 200, { describe: 'its writes wait' })
    const config = readFileSync(started.configFile, 'utf8')
    writeFileSync(
      started.configFile,
      config.replace(`port=${String(servers.source.port)}`, `port=${String(servers.target.port)}`),
    )
    await query(started.adminUrl, 'RELOAD')
    await query(started.adminUrl, 'RESUME shop')
    await pollUntil(() => running.state().serverPort === servers.target.port, { describe: 'it writes to the target' })
    expect(running.state().longestStallMs).toBeGreaterThan(200)
    const sourceUrl = servers.source.urlFor({ user: 'shop_app', password: passwords.application, database: 'shop' })
    const atTarget = await running.check()
    expect(atTarget.missing).toBeGreaterThan(0)
    expect(atTarget.examples.join()).toMatch(/no row instead of/)
    expect((await query(sourceUrl, 'SELECT 1 AS up'))[0]).toEqual({ up: 1 })
  })

  test('is gone after stop', async () => {
    const started = await start('stop')
    await started.stop()
    expect(isAlive(started.pid)).toBe(false)
    bouncer = null
  })
})
