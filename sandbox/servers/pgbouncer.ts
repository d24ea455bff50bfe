import { chownSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from './free-port.ts'
import { findProgram } from './find-program.ts'
import { startServerProcess, waitForPort } from './server-process.ts'
import { findUnprivilegedUser, makeFolderFor, reachableFolder } from './unprivileged-user.ts'

/** Gives the path of pgbouncer; null when it is not installed. */
export function findPgBouncer(): string | null {
  return findProgram('pgbouncer')
}

export interface PgBouncerOptions {
  readonly directory: string
  /** The one entry of `[databases]`, under the same name on the server. */
  readonly database: string
  /** Of the server it points at first. */
  readonly host: string
  readonly port: number
  /** Passwords by role; PgBouncer logs clients in with them, and itself to the server. */
  readonly userlist: Readonly<Record<string, string>>
  readonly adminUser: string
  readonly adminPassword: string
  readonly listenPort?: number
  /** Lines of the section `[pgbouncer]`, in place of the sandbox's. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface PgBouncer {
  readonly port: number
  readonly pid: number
  /** Of the admin console. */
  readonly adminUrl: string
  /** Its `[databases]` has the line `<database> = host=… port=… dbname=…`; `RELOAD` reads it again. */
  readonly configFile: string
  urlFor(login: { user: string; password: string }): string
  stop(): Promise<void>
  /** Sends SIGKILL. */
  kill(): Promise<void>
}

/**
 * Starts PgBouncer in transaction mode.
 *
 * With `listenPort`, a configuration file found in the directory is kept, so that a restart goes on where the last one
 * pointed; without it the file is written anew, for its port is another.
 *
 * @throws when it is not installed or does not start
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const command = findPgBouncer()
  if (command === null) throw new Error('pgbouncer is not installed.')
  const user = findUnprivilegedUser()
  const directory = reachableFolder(options.directory, user)
  makeFolderFor(user, directory, 0o755)
  const files = {
    config: join(directory, 'pgbouncer.ini'),
    users: join(directory, 'userlist.txt'),
    log: join(directory, 'pgbouncer.log'),
  }
  const port = options.listenPort ?? (await findFreePort())
  const logins = { ...options.userlist, [options.adminUser]: options.adminPassword }
  const write = (path: string, lines: readonly string[]): void => {
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
    if (user) chownSync(path, user.uid, user.gid)
  }
  write(
    files.users,
    Object.entries(logins).map(([name, password]) => `${quote(name)} ${quote(password)}`),
  )
  if (!existsSync(files.config) || options.listenPort === undefined) {
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      auth_type: 'scram-sha-256',
      auth_file: files.users,
      admin_users: options.adminUser,
      pool_mode: 'transaction',
      max_client_conn: '200',
      default_pool_size: '20',
      ignore_startup_parameters: 'extra_float_digits',
      ...options.settings,
    }
    write(files.config, [
      '[databases]',
      `${options.database} = host=${options.host} port=${String(options.port)} dbname=${options.database}`,
      '',
      '[pgbouncer]',
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    ])
  }
  const server = await startServerProcess({
    command,
    args: [files.config],
    cwd: directory,
    user,
    logFile: files.log,
    stopSignal: 'TERM',
  })
  await waitForPort(server, { port, logFile: files.log })
  const urlOf = (login: { user: string; password: string }, database: string): string =>
    `postgresql://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@127.0.0.1:${String(port)}/${database}`
  return {
    port,
    pid: server.pid,
    adminUrl: urlOf({ user: options.adminUser, password: options.adminPassword }, 'pgbouncer'),
    configFile: files.config,
    urlFor: (login) => urlOf(login, options.database),
    // From 1.23 on SIGTERM waits for the clients to leave, and SIGQUIT does not; before, SIGTERM does not.
    stop: async () => {
      await server.stop(['SIGTERM', 'SIGQUIT', 'SIGKILL'], 1_000)
    },
    kill: async () => {
      await server.stop(['SIGKILL'])
    },
  }
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
