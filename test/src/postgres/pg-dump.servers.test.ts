import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { dumpSchema, findPgDumpMajor } from '../../../src/postgres/pg-dump.ts'
import { splitScript } from '../../../src/postgres/split-statements.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, query } from '../../support/database.ts'
import { pollUntil, requireProgram, useServers } from '../../support/servers.ts'

const never = new AbortController().signal

/** A body that looks like psql's meta commands, and one object whose name is text of a dump. */
const HOSTILE = `
  CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql AS $_$
BEGIN
RETURN 'Blåbær;
\\restrict abc
\\unrestrict abc
';
END $_$;
  CREATE TABLE public."x; Type: INDEX; Schema: y; Owner: z" (id int PRIMARY KEY);`

describe('dumpSchema', () => {
  const servers = useServers({ source: 18 })

  test('gives every statement, with the lines of a function body that psql would take for commands', async () => {
    const database = await freshDatabase(servers.source)
    await query(database.url, HOSTILE)
    const dump = await dumpSchema({ url: new Secret(database.url), section: 'pre-data', major: 18, signal: never })
    const [create] = splitScript(dump).statements.filter(({ sql }) => sql.startsWith('CREATE FUNCTION'))
    expect(create?.sql).toContain("RETURN 'Blåbær;\n\\restrict abc\n\\unrestrict abc\n';")
    expect(splitScript(dump).statements.some(({ sql }) => sql.includes('restrict') && !sql.includes('FUNCTION'))).toBe(
      false,
    )
    const again = await freshDatabase(servers.source)
    for (const { sql } of splitScript(dump).statements) await query(again.url, sql)
  })

  test('asks about a thousand tables in queries longer than one write of libpq', async () => {
    const database = await freshDatabase(servers.source)
    await query(
      database.url,
      `DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('CREATE TABLE t_%s (id int PRIMARY KEY)', i); END LOOP; END $$`,
    )
    const dump = await dumpSchema({ url: new Secret(database.url), section: 'post-data', major: 18, signal: never })
    expect(splitScript(dump).statements.filter(({ sql }) => sql.includes('PRIMARY KEY'))).toHaveLength(1500)
  }, 30_000)

  test('says what the server refused', async () => {
    const database = await freshDatabase(servers.source)
    await query(servers.source.url, "CREATE ROLE weak LOGIN PASSWORD 'weak-password'")
    await query(database.url, 'CREATE TABLE hidden (id int)')
    const url = new Secret(servers.source.urlFor({ user: 'weak', password: 'weak-password', database: database.name }))
    await expect(dumpSchema({ url, section: 'pre-data', major: 18, signal: never })).rejects.toMatchObject({
      code: 'SCHEMA_DUMP_FAILED',
      message: expect.stringMatching(/permission denied for table hidden/),
    })
  })

  test('ends at its deadline, and at once when it is aborted, though the server says nothing more', async () => {
    const database = await freshDatabase(servers.source)
    const proxy = await startMutingProxy(servers.source.port)
    try {
      const url = new Secret(database.url.replace(`:${String(servers.source.port)}/`, `:${String(proxy.port)}/`))
      await expect(
        dumpSchema({ url, section: 'pre-data', major: 18, signal: never, timeoutMs: 1500 }),
      ).rejects.toMatchObject({ code: 'SCHEMA_DUMP_FAILED' })
      const abort = new AbortController()
      proxy.reset()
      const dumping = dumpSchema({ url, section: 'pre-data', major: 18, signal: abort.signal })
      const ended = dumping.then(
        () => 'dumped',
        (error: unknown) => String(error),
      )
      await pollUntil(() => proxy.isMute(), { describe: 'the proxy went silent' })
      abort.abort(new Error('paused by a person'))
      expect(await ended).toMatch(/paused by a person/)
    } finally {
      proxy.close()
    }
  }, 30_000)

  test('ends when the server goes away in the middle', async () => {
    const database = await freshDatabase(servers.source)
    const proxy = await startMutingProxy(servers.source.port)
    const url = new Secret(database.url.replace(`:${String(servers.source.port)}/`, `:${String(proxy.port)}/`))
    const ended = dumpSchema({ url, section: 'pre-data', major: 18, signal: never }).then(
      () => 'dumped',
      (error: unknown) => String(error),
    )
    await pollUntil(() => proxy.isMute(), { describe: 'the proxy went silent' })
    proxy.close()
    expect(await ended).toMatch(/connection was lost/)
  }, 30_000)
})

test('findPgDumpMajor gives a number, or null where there is no pg_dump', async () => {
  const major = await findPgDumpMajor(never)
  expect(major === null || major > 8).toBe(true)
})

/** Passes the login and some queries on, then swallows everything: a network that is gone without a word. */
async function startMutingProxy(port: number) {
  const sockets = new Set<Socket>()
  let bytes = 0
  const enough = 4_000
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('data', (data) => upstream.write(data))
    upstream.on('data', (data) => {
      bytes += data.length
      if (bytes < enough) client.write(data)
    })
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    isMute: () => bytes >= enough,
    reset: () => {
      bytes = 0
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

requireProgram('pg_dump')('dumpSchema with the pg_dump in PATH', () => {
  const servers = useServers({ source: 15 })

  test('serves the majors it knows, and says what it was refused without the password', async () => {
    const database = await freshDatabase(servers.source)
    await query(database.url, HOSTILE)
    const found = await findPgDumpMajor(never)
    expect(found).toBeGreaterThanOrEqual(15)
    const dump = await dumpSchema({ url: new Secret(database.url), section: 'pre-data', major: 15, signal: never })
    expect(dump).toContain(`Dumped by pg_dump version ${String(found)}`)
    expect(splitScript(dump).statements.some(({ sql }) => sql.startsWith('CREATE FUNCTION public.f()'))).toBe(true)
    const url = new Secret(database.url.replace(/:[^:@/]+@/, ':wrong-pass-word@'))
    const error: unknown = await dumpSchema({ url, section: 'pre-data', major: 15, signal: never }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'SCHEMA_DUMP_FAILED',
      message: expect.stringMatching(/password authentication failed/),
    })
    expect(JSON.stringify([String(error), error])).not.toContain('wrong-pass-word')
  }, 30_000)
})
