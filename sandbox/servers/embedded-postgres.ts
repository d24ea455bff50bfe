import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from './free-port.ts'
import type { EmbeddedMajor, PostgresBinaries } from './postgres-binaries.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import type { ServerProcess } from './server-process.ts'
import { isAlive, readTail, startServerProcess } from './server-process.ts'
import type { SystemUser } from './unprivileged-user.ts'
import { findUnprivilegedUser, makeFolderFor, reachableFolder } from './unprivileged-user.ts'

export interface StartPostgresOptions {
  readonly major: EmbeddedMajor
  /** Its own; data found in it are kept. */
  readonly directory: string
  /** 0 or absent: a free one. */
  readonly port?: number
  /** Of the role `postgres`; absent: a random one. */
  readonly superuserPassword?: string
  /** Lines of postgresql.conf; they win over the sandbox's own, and `ALTER SYSTEM` wins over them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Lines of pg_hba.conf in place of the sandbox's (scram-sha-256 for everybody on 127.0.0.1). */
  readonly hba?: readonly string[]
  /** True: survives a crash of the machine, and is slower for it. */
  readonly durable?: boolean
}

export interface PostgresLogin {
  readonly user: string
  readonly password: string
  readonly database: string
}

/** A PostgreSQL server on 127.0.0.1 that is a child of this process. */
export interface PostgresServer {
  readonly major: EmbeddedMajor
  readonly port: number
  /** Where its `data` and `server.log` are; elsewhere than asked for when the server's user could not reach it. */
  readonly directory: string
  /** Connects as superuser to the database `postgres`. */
  readonly url: string
  readonly superuserPassword: string
  /** Of the postmaster; another one after each restart. */
  readonly pid: number
  readonly settings: Readonly<Record<string, string>>
  urlFor(login: PostgresLogin): string
  /** Makes it read its configuration files again. */
  reload(): void
  /** Stops it if it runs, and starts it on the same data and port. */
  restart(): Promise<void>
  /** Ends every session. `fast` (default) writes a checkpoint; `immediate` leaves recovery to the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Sends SIGKILL to the postmaster, as a power cut would look; `restart` brings it back. */
  kill(): Promise<void>
}

const START_DEADLINE_MS = 60_000
const SUPERUSER = 'postgres'

/** Starts a PostgreSQL server; on an empty directory it makes the cluster first. */
export async function startPostgres(options: StartPostgresOptions): Promise<PostgresServer> {
  const user = findUnprivilegedUser()
  const binaries = findPostgresBinaries(options.major, user)
  const directory = reachableFolder(options.directory, user)
  const superuserPassword = options.superuserPassword ?? randomBytes(18).toString('base64url')
  const files = {
    data: join(directory, 'data'),
    log: join(directory, 'server.log'),
    owner: join(directory, 'owner.pid'),
  }
  await endStaleServer(files)
  if (existsSync(join(files.data, 'PG_VERSION'))) setSuperuserPassword(binaries, files.data, user, superuserPassword)
  else createCluster(binaries, files.data, user, superuserPassword)
  if (options.hba) writeFor(user, join(files.data, 'pg_hba.conf'), options.hba)

  let port = 0
  let settings: Record<string, string> = {}
  const launch = async (): Promise<ServerProcess> => {
    const launched = await startServerProcess({
      command: binaries.postgres,
      args: ['-D', files.data],
      cwd: files.data,
      user,
      logFile: files.log,
      stopSignal: 'INT',
    })
    writeFileSync(files.owner, `${String(process.pid)}\n`)
    await waitUntilReady(launched, files)
    return launched
  }
  const startOnPort = async (): Promise<ServerProcess> => {
    for (let attempt = 1; ; attempt++) {
      port = options.port ? options.port : await findFreePort()
      settings = { ...defaultSettings(port, options.durable === true), ...options.settings }
      const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
      writeFor(user, join(files.data, 'sandbox.conf'), lines)
      try {
        return await launch()
      } catch (error) {
        // Another program took the port between the look and the start.
        if (options.port || attempt === 3 || !/Address already in use/.test(String(error))) throw error
      }
    }
  }
  let running = await startOnPort()

  const stop = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    await running.stop(mode === 'fast' ? ['SIGINT', 'SIGQUIT', 'SIGKILL'] : ['SIGQUIT', 'SIGKILL'])
    rmSync(files.owner, { force: true })
  }
  const urlFor = ({ user: name, password, database }: PostgresLogin): string =>
    `postgresql://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`
  return {
    major: options.major,
    port,
    directory,
    superuserPassword,
    url: urlFor({ user: SUPERUSER, password: superuserPassword, database: 'postgres' }),
    settings,
    get pid() {
      return running.pid
    },
    urlFor,
    reload: () => {
      running.signal('SIGHUP')
    },
    restart: async () => {
      await stop()
      running = await launch()
    },
    stop,
    kill: () => running.stop(['SIGKILL']),
  }
}

function defaultSettings(port: number, durable: boolean): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    shared_buffers: '64MB',
    max_connections: '100',
    wal_level: 'logical',
    max_wal_senders: '16',
    max_replication_slots: '16',
    max_worker_processes: '24',
    max_logical_replication_workers: '12',
    max_sync_workers_per_subscription: '4',
    // The defaults wait 5 s before a worker that ended is started again: too long for a demo and for tests.
    wal_retrieve_retry_interval: '500ms',
    log_line_prefix: '%m [%p] %q%u@%d ',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
}

function createCluster(binaries: PostgresBinaries, data: string, user: SystemUser | null, password: string): void {
  makeFolderFor(user, data)
  const passwordFile = join(data, '..', 'superuser.password')
  writeFor(user, passwordFile, [password])
  try {
    execFileSync(
      binaries.initdb,
      [
        ['--pgdata', data, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ['--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'],
      ].flat(),
      { ...asUser(user), cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  } finally {
    rmSync(passwordFile)
  }
  appendFileSync(join(data, 'postgresql.conf'), `\ninclude_if_exists 'sandbox.conf'\n`)
  writeFor(user, join(data, 'pg_hba.conf'), [
    'host all all 127.0.0.1/32 scram-sha-256',
    'host replication all 127.0.0.1/32 scram-sha-256',
  ])
}

/** Single-user mode needs no password, so a caller that forgot the old one can still come in. */
function setSuperuserPassword(
  binaries: PostgresBinaries,
  data: string,
  user: SystemUser | null,
  password: string,
): void {
  const statement = `ALTER ROLE ${SUPERUSER} PASSWORD '${password.replaceAll("'", "''")}'\n`
  execFileSync(binaries.postgres, ['--single', '-D', data, 'postgres'], {
    ...asUser(user),
    cwd: data,
    input: statement,
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: START_DEADLINE_MS,
  })
}

function asUser(user: SystemUser | null): { uid?: number; gid?: number; env: NodeJS.ProcessEnv } {
  return {
    ...(user && { uid: user.uid, gid: user.gid }),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
  }
}

function writeFor(user: SystemUser | null, path: string, lines: readonly string[]): void {
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  if (user) chownSync(path, user.uid, user.gid)
}

interface ServerFiles {
  readonly data: string
  readonly log: string
  /** Holds the id of the process that started the server. */
  readonly owner: string
}

/** The same file that pg_ctl waits for. @see https://www.postgresql.org/docs/current/storage-file-layout.html */
async function waitUntilReady(server: ServerProcess, files: ServerFiles): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS
  while (!isReady(files.data, server.pid)) {
    if (server.hasExited()) throw new Error(`PostgreSQL ended (${await server.exited}):\n${readTail(files.log)}`)
    if (Date.now() > deadline) {
      await server.stop(['SIGQUIT', 'SIGKILL'])
      throw new Error(`PostgreSQL was not ready within ${String(START_DEADLINE_MS)} ms:\n${readTail(files.log)}`)
    }
    await delay(20)
  }
}

function isReady(data: string, pid: number): boolean {
  const lines = readLines(join(data, 'postmaster.pid'))
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

function readLines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
}

/**
 * Ends a server that an earlier process left in the directory.
 *
 * @throws when that process still runs: then the directory is in use
 */
async function endStaleServer(files: ServerFiles): Promise<void> {
  const pid = Number(readLines(join(files.data, 'postmaster.pid'))[0] ?? 0)
  if (!pid || !isAlive(pid) || !runsOn(pid, files.data)) return
  const owner = Number(readLines(files.owner)[0] ?? 0)
  if (owner && isAlive(owner)) {
    throw new Error(
      `${files.data} is in use by PostgreSQL ${String(pid)} of process ${String(owner)}; stop that first.`,
    )
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isAlive(pid)) process.kill(pid, signal)
    const deadline = Date.now() + 10_000
    while (isAlive(pid) && Date.now() < deadline) await delay(50)
  }
}

/** A process id is used again after a while: only a process with this data directory on its command line is the server. */
function runsOn(pid: number, data: string): boolean {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(data)
  } catch {
    return statSync('/proc', { throwIfNoEntry: false })
      ? readLines(`/proc/${String(pid)}/cmdline`)
          .join('\n')
          .includes(data)
      : false
  }
}
