import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import pg from 'pg'
import { startPgBouncer, type PgBouncer } from '../../../sandbox/servers/pgbouncer.ts'
import { Secret } from '../../../src/secret.ts'
import { pgbouncerSwitch } from '../../../src/switch/pgbouncer-switch.ts'
import type { Switch } from '../../../src/switch/switch.ts'
import { query } from '../../support/database.ts'
import { requireProgram, useDirectory, useServers } from '../../support/servers.ts'

requireProgram('pgbouncer')('PgBouncer', () => {
  const servers = useServers({ source: 17, target: 18 })
  const directory = useDirectory()
  let bouncer: PgBouncer
  let bouncerSwitch: Switch
  let applicationUrl: string
  let number = 0

  async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    number += 1
    for (const server of [servers.source, servers.target]) {
      await query(
        server.url,
        `DO $$ BEGIN CREATE ROLE app LOGIN PASSWORD 'secret-of-app'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
      )
    }
    bouncer = await startPgBouncer({
      directory: join(directory(), `bouncer-${number}`),
      database: 'postgres',
      host: '127.0.0.1',
      port: servers.source.port,
      userlist: { app: 'secret-of-app' },
      adminUser: 'boss',
      adminPassword: 'secret-of-boss',
      settings,
    })
    bouncerSwitch = pgbouncerSwitch({
      admin: new Secret(bouncer.adminUrl),
      database: 'postgres',
      configFile: bouncer.configFile,
    })
    applicationUrl = bouncer.urlFor({ user: 'app', password: 'secret-of-app' })
  }
  beforeEach(() => start())
  afterEach(async () => {
    await bouncer.stop()
  })

  const target = () => ({ host: '127.0.0.1', port: servers.target.port, database: 'postgres' })
  const askPort = async () =>
    (await query<{ port: number }>(applicationUrl, 'SELECT inet_server_port() AS port'))[0]?.port

  test('holds statements back and lets them go on at the target, none of them failing', async () => {
    expect(await bouncerSwitch.check()).toEqual([])
    expect(await askPort()).toBe(servers.source.port)
    await bouncerSwitch.pause(2000)
    const held = askPort()
    await bouncerSwitch.pointAt(target())
    expect(await bouncerSwitch.describe()).toEqual({ pointsAt: target(), paused: true })
    await bouncerSwitch.resume()
    expect(await held).toBe(servers.target.port)
    expect(await bouncerSwitch.describe()).toEqual({ pointsAt: target(), paused: false })
  })

  test('takes every step again without harm', async () => {
    await bouncerSwitch.pause(2000)
    await bouncerSwitch.pause(2000)
    await bouncerSwitch.pointAt(target())
    const once = readFileSync(bouncer.configFile, 'utf8')
    await bouncerSwitch.pointAt(target())
    expect(readFileSync(bouncer.configFile, 'utf8')).toBe(once)
    await bouncerSwitch.resume()
    await bouncerSwitch.resume()
    expect(await askPort()).toBe(servers.target.port)
  })

  test('that cannot pause in time, because a transaction is open, goes on unpaused', async () => {
    const client = new pg.Client({ connectionString: applicationUrl })
    await client.connect()
    await client.query('BEGIN; SELECT 1')
    await expect(bouncerSwitch.pause(300)).rejects.toMatchObject({ code: 'SWITCH_PAUSE_TIMED_OUT' })
    expect((await bouncerSwitch.describe()).paused).toBe(false)
    await client.query('COMMIT')
    expect(await askPort()).toBe(servers.source.port)
    await client.end()
  })

  test('that pools whole sessions blocks a migration', async () => {
    await bouncer.stop()
    await start({ pool_mode: 'session' })
    expect(await bouncerSwitch.check()).toEqual([expect.objectContaining({ verdict: 'block' })])
  })

  test('that is paused by somebody else blocks a migration', async () => {
    await bouncerSwitch.pause(2000)
    expect(await bouncerSwitch.check()).toEqual([expect.objectContaining({ verdict: 'block' })])
    await bouncerSwitch.resume()
    expect(await bouncerSwitch.check()).toEqual([])
  })

  test('that is not there is an error with its name, never a wait without end', async () => {
    await bouncer.kill()
    const [finding] = await bouncerSwitch.check()
    expect(finding).toMatchObject({ verdict: 'block' })
    await expect(bouncerSwitch.resume()).rejects.toMatchObject({
      code: 'SWITCH_FAILED',
      message: expect.stringContaining('pgbouncer postgres') as unknown as string,
    })
  })

  test('keeps the password of its console out of every error', async () => {
    const wrong = bouncer.adminUrl.replace('secret-of-boss', 'wrong-secret-of-boss')
    const failing = pgbouncerSwitch({ admin: new Secret(wrong), database: 'postgres', configFile: bouncer.configFile })
    await expect(failing.pause(1000)).rejects.not.toThrow(/wrong-secret/)
  })
})
