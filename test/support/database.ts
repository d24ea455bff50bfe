import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { PostgresServer } from '../../sandbox/servers/embedded-postgres.ts'

/** A database that only one test uses; it goes with its server. */
export interface FreshDatabase {
  readonly name: string
  /** Connects as superuser. */
  readonly url: string
}

/** Makes an empty database under a new name, or a copy of `template`, which nobody may be connected to. */
export async function freshDatabase(server: PostgresServer, template = 'template0'): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await query(server.url, `CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(template)}`)
  return { name, url: server.urlFor({ user: 'postgres', password: server.superuserPassword, database: name }) }
}

/** Runs a statement, or several without values, on a connection of its own, and gives the (last one's) rows. */
export async function query<Row = Record<string, unknown>>(
  url: string,
  sql: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  return withClient(url, async (client) => {
    const answer = (await client.query(sql, values && [...values])) as pg.QueryResult | pg.QueryResult[]
    const last = Array.isArray(answer) ? answer.at(-1) : answer
    return (last?.rows ?? []) as Row[]
  })
}

/** Lends a connection and closes it whatever happens. */
export async function withClient<Answer>(url: string, use: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // A server that a test stops on purpose must not end the test process; a running query rejects by itself.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
