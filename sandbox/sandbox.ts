import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { startFlyttProcess, type FlyttProcess } from './flytt-process.ts'
import { inventoryYaml, variablePrefix, type InventoryOverrides, type ShopEntry } from './inventory.ts'
import { startPostgres, type PostgresServer } from './servers/embedded-postgres.ts'
import { findProgram } from './servers/find-program.ts'
import { startOpensshHost } from './servers/openssh-host.ts'
import { startPgBouncer, type PgBouncer } from './servers/pgbouncer.ts'
import type { EmbeddedMajor } from './servers/postgres-binaries.ts'
import { startRedis, type RedisServer } from './servers/redis.ts'
import { startSshHost, type SshHost } from './servers/ssh-host.ts'
import { startApplication, type Application } from './shop/application.ts'
import { createShop, type ShopPasswords } from './shop/create-shop.ts'
import { startSlackWorkspace, type SlackWorkspace } from './slack/workspace.ts'

/** How a sandbox is set up; everything has a default that suits the demonstration. */
export interface SandboxOptions {
  /** Everything it writes; emptied at the start. */
  readonly directory: string
  /** Of the page and the Slack workspace; 0 takes a free one. */
  readonly port?: number
  /** Rows of each shop, in all its tables. */
  readonly rows?: number
  readonly sourceMajor?: EmbeddedMajor
  readonly targetMajor?: EmbeddedMajor
  /** Names of migrations, each with a database of its own on the same two servers. */
  readonly shops?: readonly string[]
  /** One process as `npm start` is, bot and worker apart, or none. */
  readonly flytt?: 'together' | 'apart' | 'none'
  /** The queue in a Redis server of the sandbox instead of PostgreSQL. */
  readonly redis?: boolean
  /** `auto`: PgBouncer where it is installed. */
  readonly switchKind?: 'auto' | 'file' | 'pgbouncer'
  /** SSH hosts by the `ssh2` package, or by the system's sshd. */
  readonly hosts?: 'simulated' | 'openssh'
  /** Writes per second of each application; 0 starts none. */
  readonly writesPerSecond?: number
  readonly seed?: number
  readonly inventory?: InventoryOverrides
  /** More environment for Flytt. */
  readonly environment?: Readonly<Record<string, string>>
  readonly rateLimits?: boolean
  /** Whether the page is built and served; it is unless false. */
  readonly page?: boolean
  /** Aborted, it gives up starting, and ends what was started. */
  readonly signal?: AbortSignal
  /** Told what is being done, for a person who waits. */
  readonly say?: (line: string) => void
}

/** One shop: its databases, its application and how it is switched. */
export interface SandboxShop {
  readonly name: string
  readonly sourceUrl: string
  readonly targetUrl: string
  readonly application: Application | null
  readonly pgbouncer: PgBouncer | null
  readonly connectionFile: string
}

/** A running sandbox. */
export interface Sandbox {
  readonly directory: string
  readonly workspace: SlackWorkspace
  readonly source: PostgresServer
  readonly target: PostgresServer
  readonly state: PostgresServer
  readonly stateUrl: string
  readonly shops: readonly SandboxShop[]
  readonly redis: RedisServer | null
  readonly hosts: { readonly source: SshHost; readonly target: SshHost }
  readonly inventoryFile: string
  /** Of the shops' roles, on both sides. */
  readonly passwords: ShopPasswords
  /** Every password and token of the sandbox: none of them may appear where it does not belong. */
  readonly secrets: readonly string[]
  /** Flytt's processes that were started and not stopped by the sandbox's user. */
  readonly processes: readonly FlyttProcess[]
  startFlytt(entry: FlyttProcess['entry'], environment?: Readonly<Record<string, string>>): FlyttProcess
  stop(): Promise<void>
}

const STATE_DATABASE = 'flytt'

/** Starts everything: servers, hosts, shops, applications, the Slack workspace, and Flytt itself. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { say = () => undefined, shops: shopNames = ['shop'], flytt = 'together' } = options
  const directory = resolve(options.directory)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const closers: (() => Promise<unknown>)[] = []
  const closeOnce = async () => {
    // Last opened, first closed; what fails to close must not keep the rest open.
    for (const close of closers.splice(0).reverse())
      await close().catch((error: unknown) => {
        say(`While ending: ${String(error)}`)
      })
  }
  let closing = Promise.resolve()
  const closeAll = (): Promise<void> => (closing = closing.then(closeOnce))
  // A step that is under way fails when its server ends, and what it started after all is ended below.
  options.signal?.addEventListener('abort', () => void closeAll(), { once: true })
  const begin = (step: string) => {
    options.signal?.throwIfAborted()
    say(step)
  }
  try {
    begin('Starting PostgreSQL servers …')
    const [source, target, state] = await Promise.all([
      startServer('source', options.sourceMajor ?? 17),
      startServer('target', options.targetMajor ?? 18),
      startServer('state', 18),
    ])
    const hosts = { source: await startHost('source', source), target: await startHost('target', target) }
    const redis = options.redis === true ? await startRedis({ directory: join(directory, 'redis') }) : null
    if (redis) closers.push(() => redis.stop())

    const stateUrl = await createDatabase(state, STATE_DATABASE)
    const secrets: string[] = [source.superuserPassword, target.superuserPassword, state.superuserPassword]
    const environment: Record<string, string> = {}
    const entries: ShopEntry[] = []
    const shops: SandboxShop[] = []
    const passwords: ShopPasswords = {
      owner: randomPassword(),
      application: randomPassword(),
      reader: randomPassword(),
      replication: randomPassword(),
    }
    secrets.push(passwords.owner, passwords.application, passwords.reader, passwords.replication)
    for (const name of shopNames) {
      begin(`Filling the database ${name} …`)
      const shop = await startShop(name)
      shops.push(shop)
    }

    const workspace = await startSlackWorkspace({
      port: options.port ?? 0,
      page: options.page ?? true,
      ...(options.rateLimits === undefined ? {} : { rateLimits: options.rateLimits }),
      describe: () => Promise.resolve(describe()),
      checkApplication: async () => {
        const [first] = shops
        if (!first?.application) return { acknowledged: 0, missing: 0, duplicated: 0 }
        return first.application.check()
      },
    })
    closers.push(() => workspace.stop())
    begin('Building the page …')
    await workspace.preparePage()
    secrets.push(workspace.botToken, workspace.appToken)

    const inventoryFile = join(directory, 'flytt.yaml')
    writeFileSync(inventoryFile, inventoryYaml(entries, options.inventory))
    const processes: FlyttProcess[] = []
    const startFlytt = (entry: FlyttProcess['entry'], more: Readonly<Record<string, string>> = {}) => {
      const child = startFlyttProcess(
        entry,
        {
          SLACK_BOT_TOKEN: workspace.botToken,
          SLACK_APP_TOKEN: workspace.appToken,
          SLACK_API_URL: workspace.apiUrl,
          STATE_DATABASE_URL: stateUrl,
          ...(redis === null ? {} : { REDIS_URL: redis.url }),
          FLYTT_INVENTORY: inventoryFile,
          ...environment,
          ...options.environment,
          ...more,
        },
        join(directory, `${entry}.log`),
      )
      processes.push(child)
      return child
    }
    closers.push(() => Promise.all(processes.map((each) => each.stop())))
    if (flytt !== 'none') {
      begin('Starting Flytt …')
      for (const entry of flytt === 'together' ? (['main'] as const) : (['bot', 'worker'] as const)) startFlytt(entry)
      await waitForBot(workspace, processes)
    }
    options.signal?.throwIfAborted()
    return {
      directory,
      workspace,
      source,
      target,
      state,
      stateUrl,
      shops,
      redis,
      hosts,
      inventoryFile,
      passwords,
      secrets,
      processes,
      startFlytt,
      stop: closeAll,
    }

    async function startServer(name: string, major: EmbeddedMajor): Promise<PostgresServer> {
      const server = await startPostgres({ major, directory: join(directory, name) })
      closers.push(() => server.stop('immediate'))
      return server
    }

    async function startHost(name: 'source' | 'target', server: PostgresServer): Promise<SshHost> {
      const start = options.hosts === 'openssh' ? startOpensshHost : startSshHost
      const host = await start({
        name,
        directory: join(directory, `${name}-host`),
        simulate: { restartPostgres: () => server.restart() },
      })
      closers.push(() => host.stop())
      return host
    }

    async function startShop(name: string): Promise<SandboxShop> {
      const made = await createShop(source, {
        passwords,
        database: name,
        ...(options.rows === undefined ? {} : { rows: options.rows }),
      })
      const targetUrl = await createDatabase(target, name)
      const prefix = variablePrefix(name)
      environment[`${prefix}_SOURCE_URL`] = made.superuserUrl
      environment[`${prefix}_TARGET_URL`] = targetUrl
      environment[`${prefix}_APP_SOURCE_URL`] = made.applicationUrl
      environment[`${prefix}_APP_TARGET_URL`] = target.urlFor({
        user: 'shop_app',
        password: passwords.application,
        database: name,
      })
      environment[`${prefix}_REPLICATION_PASSWORD`] = passwords.replication
      const connectionFile = join(directory, `${name}-connection.json`)
      writeFileSync(
        connectionFile,
        `${JSON.stringify({ host: '127.0.0.1', port: source.port, database: name, state: 'open' })}\n`,
      )
      const pgbouncer = usesPgBouncer(options) ? await startBouncer(name) : null
      const switches = pgbouncer
        ? [
            {
              kind: 'pgbouncer',
              admin: `env:${prefix}_PGBOUNCER_ADMIN_URL`,
              database: name,
              configFile: pgbouncer.configFile,
            },
          ]
        : [{ kind: 'file', path: connectionFile }]
      if (pgbouncer) environment[`${prefix}_PGBOUNCER_ADMIN_URL`] = pgbouncer.adminUrl
      entries.push({
        name,
        sourceAddress: `127.0.0.1:${String(source.port)}`,
        replicationUser: made.replicationUser,
        hosts,
        switches,
      })
      const writesPerSecond = options.writesPerSecond ?? 60
      const application =
        writesPerSecond === 0
          ? null
          : await startApplication({
              ...(pgbouncer
                ? { connect: 'pgbouncer', url: `postgres://127.0.0.1:${String(pgbouncer.port)}/${name}` }
                : { connect: 'file', connectionFile }),
              role: 'shop_app',
              password: passwords.application,
              writesPerSecond,
              ...(options.seed === undefined ? {} : { seed: options.seed }),
            })
      if (application) closers.push(() => application.stop())
      return { name, sourceUrl: made.superuserUrl, targetUrl, application, pgbouncer, connectionFile }
    }

    async function startBouncer(name: string): Promise<PgBouncer> {
      const adminPassword = randomPassword()
      secrets.push(adminPassword)
      const bouncer = await startPgBouncer({
        directory: join(directory, `${name}-pgbouncer`),
        database: name,
        host: '127.0.0.1',
        port: source.port,
        userlist: { shop_app: passwords.application },
        adminUser: 'flytt_admin',
        adminPassword,
      })
      closers.push(() => bouncer.stop())
      return bouncer
    }

    function describe() {
      const [first] = shops
      return {
        ready: true,
        source: first ? { url: first.sourceUrl } : null,
        target: first ? { url: first.targetUrl } : null,
        stateDatabase: { url: stateUrl },
        application: first?.application ? { ...first.application.state() } : null,
      }
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function usesPgBouncer({ switchKind = 'auto' }: SandboxOptions): boolean {
  return switchKind === 'pgbouncer' || (switchKind === 'auto' && findProgram('pgbouncer') !== null)
}

async function createDatabase(server: PostgresServer, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`)
  } finally {
    await client.end()
  }
  return server.urlFor({ user: 'postgres', password: server.superuserPassword, database: name })
}

const BOT_DEADLINE_MS = 60_000

/** A person can type as soon as the bot's socket is open. */
async function waitForBot(workspace: SlackWorkspace, processes: readonly FlyttProcess[]): Promise<void> {
  const deadline = Date.now() + BOT_DEADLINE_MS
  while ((await workspace.state()).connections === 0) {
    const ended = processes.find((each) => !each.isRunning())
    if (ended) throw new Error(`Flytt's ${ended.entry} ended with ${String(ended.exitCode())}; see ${ended.logFile}`)
    if (Date.now() > deadline) throw new Error('Flytt did not connect to the workspace within a minute.')
    await new Promise((resolveLater) => setTimeout(resolveLater, 50))
  }
}

function randomPassword(): string {
  return randomBytes(18).toString('base64url')
}
