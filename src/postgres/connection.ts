import pg from 'pg'
import type { z } from 'zod'
import { FlyttError, type ErrorCode } from '../errors.ts'
import type { Secret } from '../secret.ts'

/** Which server a connection goes to; `state` is Flytt's own database. */
export type Side = 'source' | 'target' | 'state'

/** How a session is set up; every limit is in milliseconds, 0 means none. */
export interface SessionOptions {
  /** Shown in `pg_stat_activity.application_name`. */
  readonly applicationName?: string
  /** Overrides what the database or role sets. Default 30 s; long work says 0 and watches `signal`. */
  readonly statementTimeoutMs?: number
  /** How long a statement may queue for a lock, so that the queue behind it stays short. Default 5 s. */
  readonly lockTimeoutMs?: number
  /** The session refuses to write; audits use it. */
  readonly readOnly?: boolean
  /** A database of the same server other than the URL's. */
  readonly database?: string
  /** Ends the session's statement and the session when aborted. */
  readonly signal?: AbortSignal
  /** How long the connection may take to be made. Default 10 s. */
  readonly connectTimeoutMs?: number
}

/** One open session on one server. */
export interface Session {
  readonly side: Side
  /** The server's process id of the session. */
  readonly pid: number
  /** For COPY and protocol work within src/postgres, src/copy and src/state only. */
  readonly client: pg.Client
  /**
   * Runs one statement and gives its rows as PostgreSQL's driver reads them (bigint and numeric as strings).
   *
   * @throws {FlyttError} `CONNECTION_LOST`, `DATABASE_FAILED` … told apart by SQLSTATE
   */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** Runs one statement and checks every row against `row`. */
  rows<Row extends z.ZodType>(row: Row, sql: string, values?: readonly unknown[]): Promise<z.infer<Row>[]>
  /** Ends the session; never throws. */
  end(): Promise<void>
}

/** One of the servers of a migration: makes sessions on it. */
export interface Database {
  readonly side: Side
  /** The database's name in the URL. */
  readonly name: string
  /** Host and port for people to read; no user, no password. */
  readonly address: string
  /** @throws {FlyttError} `SERVER_UNREACHABLE`, `LOGIN_REFUSED` */
  open(options?: SessionOptions): Promise<Session>
  /** Opens a session, hands it to `work` and ends it whatever happens. */
  with<Result>(options: SessionOptions, work: (session: Session) => Promise<Result>): Promise<Result>
}

/** Node's timer for `pg_terminate_backend` and friends must not keep a process alive. */
const KEEPALIVE_DELAY_MS = 10_000

/**
 * Describes a server by its URL; nothing is opened yet.
 *
 * @param side - source, target or state; named in every error
 * @param url - `postgres://user:password@host:port/database`
 * @throws {FlyttError} `SERVER_UNREACHABLE` when the URL cannot be read
 */
export function databaseAt(side: Side, url: Secret): Database {
  const parsed = parseUrl(side, url)
  const open = (options: SessionOptions = {}) => openSession(side, url, options)
  return {
    side,
    name: decodeURIComponent(parsed.pathname.replace(/^\//, '')),
    address: `${parsed.hostname}:${parsed.port || '5432'}`,
    open,
    async with(options, work) {
      const session = await open(options)
      try {
        return await work(session)
      } finally {
        await session.end()
      }
    },
  }
}

function parseUrl(side: Side, url: Secret): URL {
  try {
    return new URL(url.reveal())
  } catch {
    // The parser's own message would quote the URL with its password.
    throw new FlyttError('SERVER_UNREACHABLE', { context: { side, reason: 'its URL cannot be read' } })
  }
}

async function openSession(side: Side, url: Secret, options: SessionOptions): Promise<Session> {
  options.signal?.throwIfAborted()
  const settings = {
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: 0,
    ...(options.readOnly ? { default_transaction_read_only: 'on' } : { default_transaction_read_only: 'off' }),
  }
  const client = new pg.Client({
    connectionString: url.reveal(),
    ...(options.database === undefined ? {} : { database: options.database }),
    application_name: options.applicationName ?? 'flytt',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${String(value)}`)
      .join(' '),
  })
  if (options.database !== undefined) client.database = options.database
  let lost: Error | null = null
  // Without a listener a connection that breaks while idle would end the process.
  client.on('error', (error) => {
    lost = error
  })
  try {
    await client.connect()
  } catch (error) {
    throw connectError(side, client.user ?? '', error)
  }
  const pid = (client as unknown as { processID: number }).processID
  let ended = false
  const onAbort = () => {
    // The socket is cut rather than asked: a server that does not answer must not hold the abort up. The statement
    // itself is ended by cancelStatement, for the server would otherwise go on until it next talks to us.
    void cancelStatement(url, options, pid).finally(() => {
      client.connection.stream.destroy()
    })
  }
  options.signal?.addEventListener('abort', onAbort, { once: true })

  const query = async (sql: string, values: readonly unknown[] = []) => {
    options.signal?.throwIfAborted()
    if (lost) throw new FlyttError('CONNECTION_LOST', { context: { side, reason: lost.message }, cause: lost })
    try {
      const result = values.length === 0 ? await client.query(sql) : await client.query(sql, [...values])
      return rowsOf(result)
    } catch (error) {
      options.signal?.throwIfAborted()
      throw statementError(side, error)
    }
  }
  return {
    side,
    pid,
    client,
    query,
    async rows(row, sql, values) {
      return (await query(sql, values)).map((each) => row.parse(each))
    },
    async end() {
      if (ended) return
      ended = true
      options.signal?.removeEventListener('abort', onAbort)
      // A broken connection cannot be ended politely, and nobody is left to tell.
      await client.end().catch(() => undefined)
    },
  }
}

/** A simple query of several statements gives several results: the last one counts. */
function rowsOf(result: unknown): Record<string, unknown>[] {
  const last = (Array.isArray(result) ? result.at(-1) : result) as { rows?: Record<string, unknown>[] } | undefined
  return last?.rows ?? []
}

async function cancelStatement(url: Secret, options: SessionOptions, pid: number): Promise<void> {
  const client = new pg.Client({ connectionString: url.reveal(), connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  if (options.database !== undefined) client.database = options.database
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid])
  } catch {
    // The server is gone or full: then the statement ends with the connection.
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** SQLSTATE of an error from PostgreSQL; null when it came from elsewhere. */
export function sqlStateOf(error: unknown): string | null {
  const root = error instanceof FlyttError ? error.cause : error
  const code = (root as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null
}

/** Class 08 connection exception, 57P01-57P03 shutdown, and what Node says of a broken socket. */
const LOST_STATES = new Set(['57P01', '57P02', '57P03', '57P05'])
const LOST_SOCKET = /ECONNRESET|EPIPE|ETIMEDOUT|Connection terminated|not queryable|server closed the connection/

function statementError(side: Side, error: unknown): FlyttError {
  const sqlState = sqlStateOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (sqlState === null ? LOST_SOCKET.test(reason) : sqlState.startsWith('08') || LOST_STATES.has(sqlState)) {
    return new FlyttError('CONNECTION_LOST', { context: { side, reason }, cause: error })
  }
  return new FlyttError('DATABASE_FAILED', {
    context: { side, sqlState: sqlState ?? 'none', reason: withDetail(error, reason) },
    cause: error,
  })
}

function withDetail(error: unknown, reason: string): string {
  const detail = (error as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' && detail !== '' ? `${reason} (${detail})` : reason
}

/** 28xxx invalid authorization; 3D000 no such database; 53300 too many connections. */
function connectError(side: Side, role: string, error: unknown): FlyttError {
  const sqlState = sqlStateOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  const code: ErrorCode = sqlState?.startsWith('28') ? 'LOGIN_REFUSED' : 'SERVER_UNREACHABLE'
  return new FlyttError(code, { context: { side, role, reason }, cause: error })
}
