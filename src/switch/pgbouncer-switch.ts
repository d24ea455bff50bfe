import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { Finding } from '../migration/finding.ts'
import type { Secret } from '../secret.ts'
import { quoteIdent } from '../postgres/quote.ts'
import { writeAtomically } from './file-switch.ts'
import { pointDatabaseAt } from './pgbouncer-config.ts'
import type { Endpoint, Switch } from './switch.ts'

const databaseRow = z.object({
  name: z.string(),
  host: z.string().nullable(),
  port: z.coerce.number(),
  database: z.string(),
  pool_mode: z.string().nullable(),
  paused: z.coerce.number(),
})
const configRow = z.object({ key: z.string(), value: z.string().nullable() })

/** How long a reload may take to show in SHOW DATABASES. */
const RELOAD_DEADLINE_MS = 2_000
const ADMIN_TIMEOUT_MS = 3_000

/**
 * PgBouncer: PAUSE holds the application's transactions back, a changed configuration file and RELOAD send them elsewhere.
 *
 * @param settings - `admin` a URL of the admin console; `configFile` its pgbouncer.ini on this machine
 * @see https://www.pgbouncer.org/usage.html#admin-console
 */
export function pgbouncerSwitch(settings: {
  readonly admin: Secret
  readonly database: string
  readonly configFile: string
}): Switch {
  const { admin, database, configFile } = settings
  const name = `pgbouncer ${database}`
  const failed = (error: unknown) =>
    error instanceof FlyttError
      ? error
      : new FlyttError('SWITCH_FAILED', {
          context: { switchName: name, reason: error instanceof Error ? error.message : String(error) },
          cause: error,
        })

  /** Runs console commands on a connection of their own; the console speaks the simple protocol only. */
  const onConsole = async <Result>(
    work: (client: pg.Client) => Promise<Result>,
    timeoutMs = ADMIN_TIMEOUT_MS,
  ): Promise<Result> => {
    const client = new pg.Client({
      connectionString: admin.reveal(),
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await work(client)
    } catch (error) {
      throw failed(error)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const readDatabase = async (client: pg.Client) => {
    const { rows } = await client.query('SHOW DATABASES')
    const row = rows.map((each) => databaseRow.parse(each)).find((each) => each.name === database)
    if (row === undefined)
      throw new FlyttError('SWITCH_FAILED', {
        context: { switchName: name, reason: 'PgBouncer does not know this database' },
      })
    return row
  }
  const resume = () =>
    onConsole(async (client) => {
      if ((await readDatabase(client)).paused === 0) return
      await client.query(`RESUME ${quoteIdent(database)}`)
    })

  return {
    name,
    async check() {
      try {
        return await onConsole(async (client) => {
          const row = await readDatabase(client)
          const { rows } = await client.query('SHOW CONFIG')
          const config = new Map(rows.map((each) => configRow.parse(each)).map(({ key, value }) => [key, value ?? '']))
          pointDatabaseAt(await readFile(configFile, 'utf8'), database, { host: 'h', port: 1, database })
          return findingsOf(name, row, config)
        })
      } catch (error) {
        return [
          {
            check: 'switch',
            verdict: 'block',
            summary: failed(error).message,
            remedy: 'Check the admin URL, the configuration file and the rights of Flytt on both.',
          },
        ]
      }
    },
    async pause(deadlineMs) {
      try {
        await onConsole((client) => client.query(`PAUSE ${quoteIdent(database)}`), deadlineMs)
      } catch (error) {
        // The flag stays although nobody waits any more: it must be taken back on another connection.
        await resume()
        if (error instanceof FlyttError && /timeout/i.test(error.message)) {
          throw new FlyttError('SWITCH_PAUSE_TIMED_OUT', {
            context: { switchName: name, waitedMs: deadlineMs },
            cause: error,
          })
        }
        throw failed(error)
      }
    },
    async pointAt(endpoint: Endpoint) {
      try {
        await writeAtomically(configFile, pointDatabaseAt(await readFile(configFile, 'utf8'), database, endpoint))
        await onConsole(async (client) => {
          await client.query('RELOAD')
          const deadline = Date.now() + RELOAD_DEADLINE_MS
          for (;;) {
            const row = await readDatabase(client)
            if (row.host === endpoint.host && row.port === endpoint.port && row.database === endpoint.database) return
            if (Date.now() > deadline)
              throw new FlyttError('SWITCH_FAILED', {
                context: { switchName: name, reason: 'PgBouncer did not take the new configuration up' },
              })
            await delay(10)
          }
        })
      } catch (error) {
        throw failed(error)
      }
    },
    resume,
    async describe() {
      const row = await onConsole(readDatabase)
      return {
        pointsAt: row.host === null ? null : { host: row.host, port: row.port, database: row.database },
        paused: row.paused !== 0,
      }
    },
    end: () => Promise.resolve(),
  }
}

function findingsOf(
  name: string,
  row: z.infer<typeof databaseRow>,
  config: ReadonlyMap<string, string>,
): readonly Finding[] {
  const findings: Finding[] = []
  if ((row.pool_mode ?? config.get('pool_mode')) === 'session') {
    findings.push({
      check: 'switch',
      verdict: 'block',
      summary: `${name} pools whole sessions, so PAUSE would wait for every client to leave.`,
      remedy: 'Set pool_mode = transaction for this database.',
    })
  }
  if (row.paused !== 0) {
    findings.push({
      check: 'switch',
      verdict: 'block',
      summary: `${name} is paused already.`,
      remedy: `Run RESUME ${row.name} on its admin console, or find out who paused it.`,
    })
  }
  return findings
}
