import { readFileSync } from 'node:fs'
import pg from 'pg'
import type { PostgresServer } from '../servers/embedded-postgres.ts'

export const DEFAULT_ROWS = 300_000

/** Of the shop's roles, as they shall be; SCRAM secrets are made of them. */
export interface ShopPasswords {
  /** Of `shop_owner`, who owns every object and is no superuser. */
  readonly owner: string
  /** Of `shop_app`, as which the application writes. */
  readonly application: string
  /** Of `shop_reader`. */
  readonly reader: string
  /** Of `flytt_replication`. */
  readonly replication: string
}

export interface Shop {
  readonly database: string
  readonly ownerUrl: string
  readonly applicationUrl: string
  readonly readerUrl: string
  readonly superuserUrl: string
  readonly replicationUser: string
}

export const REPLICATION_USER = 'flytt_replication'

/**
 * Makes the shop's roles where they are missing, and its database with about `rows` rows.
 *
 * @param server - that has no database of this name yet
 * @param options.rows - in all tables together; default 300,000, at least 1,000
 * @param options.database - its name; default `shop`
 */
export async function createShop(
  server: Pick<PostgresServer, 'url' | 'urlFor' | 'superuserPassword'>,
  options: { rows?: number; passwords: ShopPasswords; database?: string },
): Promise<Shop> {
  const { passwords, database = 'shop', rows = DEFAULT_ROWS } = options
  if (!Number.isInteger(rows) || rows < 1000) throw new Error(`A shop has at least 1000 rows, not ${String(rows)}.`)
  const superuserUrl = server.urlFor({ user: 'postgres', password: server.superuserPassword, database })
  await withClient(server.url, async (client) => {
    await createRole(client, 'shop_owner', 'LOGIN', passwords.owner)
    await createRole(client, 'shop_app', 'LOGIN CONNECTION LIMIT 50', passwords.application)
    await createRole(client, 'shop_reader', 'LOGIN', passwords.reader)
    await createRole(client, REPLICATION_USER, 'LOGIN REPLICATION BYPASSRLS', passwords.replication)
    await client.query(`GRANT pg_read_all_data TO ${REPLICATION_USER}`)
    await client.query(`CREATE DATABASE ${quote(database)} OWNER shop_owner TEMPLATE template0`)
    await client.query(databaseRulesSql(quote(database)))
  })
  await withClient(superuserUrl, async (client) => {
    await client.query('CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA public')
    await client.query(`SET SESSION AUTHORIZATION shop_owner; SET search_path = pg_catalog; SET timezone = 'UTC'`)
    await client.query(
      `SET synchronous_commit = off; SET maintenance_work_mem = '128MB'; SET shop.rows = ${String(rows)}`,
    )
    for (const part of ['shop.sql', 'shop-rows.sql', 'shop-rules.sql', 'shop-grants.sql']) {
      await client.query(readFileSync(new URL(part, import.meta.url), 'utf8'))
    }
    await client.query('RESET SESSION AUTHORIZATION')
    await client.query('VACUUM (ANALYZE)')
    await client.query('CHECKPOINT')
  })
  return {
    database,
    superuserUrl,
    ownerUrl: server.urlFor({ user: 'shop_owner', password: passwords.owner, database }),
    applicationUrl: server.urlFor({ user: 'shop_app', password: passwords.application, database }),
    readerUrl: server.urlFor({ user: 'shop_reader', password: passwords.reader, database }),
    replicationUser: REPLICATION_USER,
  }
}

async function createRole(client: pg.Client, name: string, options: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1', [name])
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER'
  await client.query(`${verb} ROLE ${name} ${options} PASSWORD ${pg.escapeLiteral(password)}`)
}

function databaseRulesSql(database: string): string {
  return `
    COMMENT ON DATABASE ${database} IS 'The shop: it''s live';
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO shop_app, shop_reader, ${REPLICATION_USER};
    GRANT TEMPORARY ON DATABASE ${database} TO shop_app;
    ALTER DATABASE ${database} SET search_path = sales, catalog, public;
    ALTER DATABASE ${database} SET timezone = 'Europe/Oslo';
    ALTER DATABASE ${database} SET idle_in_transaction_session_timeout = '5min';
    ALTER ROLE shop_app IN DATABASE ${database} SET statement_timeout = '30s';
    ALTER ROLE shop_app IN DATABASE ${database} SET application_name = 'shop';
    ALTER ROLE shop_reader IN DATABASE ${database} SET default_transaction_read_only = on;`
}

function quote(name: string): string {
  return pg.escapeIdentifier(name)
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  // Without a listener a server that ends in between would end this process too; the running query rejects anyway.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
