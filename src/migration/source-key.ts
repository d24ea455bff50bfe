import { FlyttError } from '../errors.ts'

/** A connection string that is not shown; `Secret` is one. */
interface HiddenUrl {
  reveal(): string
}

const DEFAULT_PORT = '5432'

/**
 * Names a server's database for people: no user, no password.
 *
 * @param url - `postgres://user:password@host:port/database`
 * @returns `host:port/database`
 * @throws {FlyttError} `INVENTORY_INVALID` when it is not such a URL
 */
export function databaseLabel(url: HiddenUrl): string {
  const { host, port, database } = partsOf(url)
  return `${host}:${port}/${database}`
}

/**
 * Names the database that is moved, the same however its URL is written: one unfinished migration each.
 *
 * @param url - `postgres://user:password@host:port/database`
 * @returns `host:port/database`, lower case
 * @throws {FlyttError} `INVENTORY_INVALID` when it is not such a URL
 */
export function sourceKeyOf(url: HiddenUrl): string {
  return databaseLabel(url).toLowerCase()
}

function partsOf(url: HiddenUrl): { host: string; port: string; database: string } {
  let parsed: URL
  try {
    parsed = new URL(url.reveal())
  } catch {
    // The parser's own error quotes the URL, password included.
    throw notAUrl()
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hostname === '') throw notAUrl()
  // A trailing dot names the same host, and without a database libpq takes the user's name.
  const host = parsed.hostname.replace(/\.$/, '')
  const database = decodeURIComponent(parsed.pathname.slice(1)) || decodeURIComponent(parsed.username)
  return { host, port: parsed.port || DEFAULT_PORT, database }
}

function notAUrl(): FlyttError {
  return new FlyttError('INVENTORY_INVALID', {
    context: { file: 'of this migration', faults: '• url: must be postgres://user:password@host:port/database' },
  })
}
