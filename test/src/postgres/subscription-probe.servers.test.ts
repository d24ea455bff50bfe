import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PostgresServer } from '../../../sandbox/servers/embedded-postgres.ts'
import { buildConninfo, type ConninfoParts } from '../../../src/postgres/conninfo.ts'
import { databaseAt } from '../../../src/postgres/connection.ts'
import { probeSubscription, type ProbeResult } from '../../../src/postgres/subscription-probe.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, query, type FreshDatabase } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'

const PASSWORD = `it's a "\\secret\\" = 'x y'`

const servers = useServers({ source: 17, v15: 15, v16: 16, v17: 17, v18: 18 })
let source: FreshDatabase
beforeAll(async () => {
  source = await freshDatabase(servers.source)
  await query(servers.source.url, `CREATE ROLE "re pl'" LOGIN REPLICATION PASSWORD '${PASSWORD.replaceAll("'", "''")}'`)
})

const conninfo = (change: Partial<ConninfoParts> = {}) =>
  buildConninfo({
    host: '127.0.0.1',
    port: servers.source.port,
    dbname: source.name,
    user: `re pl'`,
    password: new Secret(PASSWORD),
    connectTimeoutSeconds: 5,
    ...change,
  })

async function probeFrom(
  server: PostgresServer,
  info: Secret,
  url = server.url,
  statementTimeoutMs = 5_000,
): Promise<ProbeResult> {
  return databaseAt('target', new Secret(url)).with({ statementTimeoutMs }, (session) =>
    probeSubscription(session, info),
  )
}

describe.each(['v15', 'v16', 'v17', 'v18'] as const)('a dial from %s', (name) => {
  test('reaches the source with names and passwords of any kind', async () => {
    expect(await probeFrom(servers[name], conninfo())).toEqual({ kind: 'reached' })
  })

  test('leaves nothing on either server', async () => {
    await probeFrom(servers[name], conninfo())
    const left = `SELECT (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_replication_origin)
      + (SELECT count(*) FROM pg_replication_slots) AS n`
    expect(await query(servers[name].url, left)).toEqual([{ n: '0' }])
    expect(await query(source.url, left)).toEqual([{ n: '0' }])
  })

  test('says why it was refused, without the password, which is not in the log of the server either', async () => {
    const wrong = new Secret('a-very-wrong-password')
    const result = await probeFrom(servers[name], conninfo({ password: wrong }))
    expect(result).toMatchObject({ kind: 'failed', reason: expect.stringContaining('password authentication failed') })
    const missing = await probeFrom(servers[name], conninfo({ password: wrong, dbname: 'nowhere' }))
    expect(missing.kind).toBe('failed')
    expect(JSON.stringify([result, missing])).not.toContain(wrong.reveal())
    expect(readFileSync(join(servers[name].directory, 'server.log'), 'utf8')).not.toContain(wrong.reveal())
  })

  test('hands the settings of `options` to the session on the source', async () => {
    const result = await probeFrom(servers[name], conninfo({ options: { no_such_setting: 1 } }))
    expect(result).toMatchObject({ kind: 'failed', reason: expect.stringContaining('no_such_setting') })
    expect(await probeFrom(servers[name], conninfo({ options: { application_name: 'a b\\c' } }))).toEqual({
      kind: 'reached',
    })
  })

  test('is refused to a role without the right', async () => {
    await query(servers[name].url, `CREATE ROLE lesser LOGIN PASSWORD 'lesser-secret'`)
    const url = servers[name].urlFor({ user: 'lesser', password: 'lesser-secret', database: 'postgres' })
    expect(await probeFrom(servers[name], conninfo(), url)).toMatchObject({ kind: 'not-allowed' })
  })
})

describe('a dial into the void', () => {
  const sockets = new Set<Socket>()
  let silent: Server
  beforeAll(async () => {
    silent = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve)
    })
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  test('ends with the statement timeout of the session', async () => {
    const { port } = silent.address() as AddressInfo
    const result = await probeFrom(servers.v18, conninfo({ port, connectTimeoutSeconds: 2 }), servers.v18.url, 4_000)
    expect(result).toEqual({ kind: 'timed-out' })
  })

  test('is refused where nothing listens', async () => {
    expect(await probeFrom(servers.v18, conninfo({ port: 1 }))).toMatchObject({ kind: 'failed' })
  })
})
