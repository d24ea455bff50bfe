import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { PostgresServer, StartPostgresOptions } from '../../../sandbox/servers/embedded-postgres.ts'
import { startPostgres } from '../../../sandbox/servers/embedded-postgres.ts'
import { findPostgresBinaries } from '../../../sandbox/servers/postgres-binaries.ts'
import { isAlive } from '../../../sandbox/servers/server-process.ts'
import { findUnprivilegedUser } from '../../../sandbox/servers/unprivileged-user.ts'
import { query } from '../../support/database.ts'
import { pollUntil, useDirectory } from '../../support/servers.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const running: PostgresServer[] = []
const directory = useDirectory()

const start = async (options: Omit<StartPostgresOptions, 'directory'>, name: string): Promise<PostgresServer> => {
  const server = await startPostgres({ ...options, directory: join(directory(), name) })
  running.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop('immediate')))
})

describe('an embedded server', () => {
  test.each([15, 16, 17, 18] as const)('of major %i answers with logical replication on', async (major) => {
    const server = await start({ major }, `major-${String(major)}`)
    const [row] = await query(
      server.url,
      `SELECT current_setting('server_version_num')::integer / 10000 AS major, current_setting('wal_level') AS wal_level,
              current_setting('unix_socket_directories') AS sockets, inet_server_addr()::text AS address`,
    )
    expect(row).toEqual({ major, wal_level: 'logical', sockets: '', address: '127.0.0.1/32' })
  })

  test('takes no password but its own', async () => {
    const server = await start({ major: 17 }, 'password')
    const stranger = server.urlFor({ user: 'postgres', password: 'guess', database: 'postgres' })
    await expect(query(stranger, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('keeps its data, its port and what ALTER SYSTEM set through restart, kill and a new start', async () => {
    const server = await start({ major: 18, settings: { max_connections: '21' } }, 'kept')
    await query(server.url, 'CREATE TABLE kept AS SELECT 1 AS n')
    await query(server.url, `ALTER SYSTEM SET max_connections = '22'`)
    const before = server.pid
    await server.restart()
    expect(server.pid).not.toBe(before)
    expect(await query(server.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
    expect(await query(server.url, 'SHOW max_connections')).toEqual([{ max_connections: '22' }])
    await query(server.url, 'INSERT INTO kept VALUES (2)')
    await server.kill()
    expect(isAlive(server.pid)).toBe(false)
    await server.restart()
    await server.stop()
    const again = await start({ major: 18, port: server.port, superuserPassword: `new 'one` }, 'kept')
    expect(again.port).toBe(server.port)
    expect(await query(again.url, 'SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('takes a changed configuration on reload', async () => {
    const server = await start({ major: 16 }, 'reload')
    await query(server.url, `ALTER SYSTEM SET work_mem = '7MB'`)
    server.reload()
    const taken = await pollUntil(
      async () =>
        (await query<{ work_mem: string }>(server.url, 'SHOW work_mem')).find((row) => row.work_mem === '7MB'),
      { describe: 'work_mem is 7MB' },
    )
    expect(taken).toEqual({ work_mem: '7MB' })
  })

  test('says why it cannot start', async () => {
    await expect(start({ major: 17, settings: { wal_level: 'sideways' } }, 'fault')).rejects.toThrow(/sideways/)
  })

  test('refuses a directory that a living process uses', async () => {
    await start({ major: 17 }, 'used')
    await expect(start({ major: 17 }, 'used')).rejects.toThrow(/in use by PostgreSQL/)
  })

  test('finds the programs runnable', () => {
    const { initdb, postgres, version } = findPostgresBinaries(17, findUnprivilegedUser())
    expect(existsSync(initdb) && existsSync(postgres)).toBe(true)
    expect(version).toMatch(/^17\.\d+$/)
  })
})

describe('when its parent is gone', () => {
  const startInChild = async (name: string): Promise<{ child: ReturnType<typeof spawn>; pid: number }> => {
    const script = `
      import { startPostgres } from './sandbox/servers/embedded-postgres.ts'
      startPostgres({ major: 17, directory: ${JSON.stringify(join(directory(), name))} }).then((server) => {
        console.log('pid ' + server.pid)
        setInterval(() => {}, 1000)
      })`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const pid = await pollUntil(() => /pid (\d+)/.exec(output)?.[1], {
      describe: 'the child started',
      deadlineMs: 60_000,
    })
    return { child, pid: Number(pid) }
  }

  test('it ends by itself after kill -9 of the parent', async () => {
    const { child, pid } = await startInChild('orphan')
    expect(isAlive(pid)).toBe(true)
    child.kill('SIGKILL')
    await pollUntil(() => !existsSync(join(directory(), 'orphan', 'data', 'postmaster.pid')), {
      describe: 'the server shut down',
    })
    const log = readFileSync(join(directory(), 'orphan', 'server.log'), 'utf8')
    expect(log).toMatch(/fast shutdown request/)
  })

  test('a new start takes over its directory', async () => {
    const { child } = await startInChild('taken-over')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const server = await start({ major: 17 }, 'taken-over')
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  })
})
