import { Secret } from '../secret.ts'

/** What a subscriber needs to reach its publisher. */
export interface ConninfoParts {
  readonly host: string
  readonly port: number
  readonly dbname: string
  readonly user: string
  readonly password: Secret
  /** Settings of the session on the publisher, which win over those of its database and roles. */
  readonly options?: Readonly<Record<string, string | number>>
  /** Seconds that making the connection may take; libpq's own default is to wait as long as TCP does. */
  readonly connectTimeoutSeconds?: number
}

/** Without them a network cut that sends nothing back is noticed only after hours. */
const KEEPALIVES = { keepalives_idle: 30, keepalives_interval: 10, keepalives_count: 3, tcp_user_timeout: 30_000 }

/**
 * Builds the connection string a server is given to reach another one, for `CREATE SUBSCRIPTION … CONNECTION`.
 *
 * Some minors of 15 to 18 drop `options` silently; the audit tries whether the target does.
 *
 * @returns a secret: it holds the password
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
export function buildConninfo(parts: ConninfoParts): Secret {
  const { host, port, dbname, user, password, options = {}, connectTimeoutSeconds } = parts
  const settings = Object.entries(options).map(([name, value]) => `-c ${escapeOption(`${name}=${String(value)}`)}`)
  const words = {
    host,
    port,
    dbname,
    user,
    password: password.reveal(),
    ...(connectTimeoutSeconds === undefined ? {} : { connect_timeout: connectTimeoutSeconds }),
    ...KEEPALIVES,
    ...(settings.length === 0 ? {} : { options: settings.join(' ') }),
  }
  return new Secret(
    Object.entries(words)
      .map(([name, value]) => `${name}=${quoteWord(String(value))}`)
      .join(' '),
  )
}

/** What is set in every session on the publisher, so that no setting of a database or role cuts or filters the copy. */
const UNDISTURBED = {
  // Rows a policy hides make the copy fail instead of leaving them out silently.
  row_security: 'off',
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
}

/**
 * Builds the connection string by which the target follows the source.
 *
 * @param replication - of the inventory
 * @param dbname - the source's database
 * @param publisherVersion - `server_version_num` of the source; from 17 on there is a `transaction_timeout` to switch off
 * @param connectTimeoutSeconds - see {@link ConninfoParts}
 */
export function replicationConninfo(
  replication: { readonly user: string; readonly password: Secret; readonly sourceAddress: string },
  dbname: string,
  publisherVersion: number,
  connectTimeoutSeconds?: number,
): Secret {
  const { user, password, sourceAddress } = replication
  return buildConninfo({
    ...splitAddress(sourceAddress),
    dbname,
    user,
    password,
    options: { ...UNDISTURBED, ...(publisherVersion >= 170_000 ? { transaction_timeout: 0 } : {}) },
    ...(connectTimeoutSeconds === undefined ? {} : { connectTimeoutSeconds }),
  })
}

/** Splits `host:port`; an IPv6 host stands in brackets there, and without them in a connection string. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) }
}

function quoteWord(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/** The server splits `options` at spaces; a backslash keeps one. */
function escapeOption(text: string): string {
  return text.replace(/[\\\s]/g, '\\$&')
}
