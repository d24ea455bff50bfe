import { randomBytes } from 'node:crypto'
import { FlyttError } from '../errors.ts'
import { redact, type Secret } from '../secret.ts'
import { sqlStateOf, type Session } from './connection.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { keepStatementsOutOfServerLog } from './server-log.ts'

/** 42501: the role may not make subscriptions. 2F003: it is no superuser, and the publisher asked for no password. */
const NOT_ALLOWED = ['42501', '2F003']

/** SQLSTATE 57014: the session's statement timeout ended the dial. */
const QUERY_CANCELED = '57014'

/** What came of a dial from one server to another; `reason` is the server's own words, without secrets. */
export type ProbeResult =
  | { readonly kind: 'reached' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'not-allowed'; readonly reason: string }
  | { readonly kind: 'timed-out' }

/**
 * Lets a server dial another one in logical replication mode, as its apply worker would, and leaves nothing behind:
 * a subscription without slot is made in a transaction that is rolled back.
 *
 * @param subscriber - a session on the server that dials, outside a transaction; its role needs subscription rights. The
 *   server does not apply `connect_timeout`, so the session's `statement_timeout` is the limit.
 * @param conninfo - where it dials
 * @see https://www.postgresql.org/docs/current/sql-createsubscription.html
 */
export async function probeSubscription(subscriber: Session, conninfo: Secret): Promise<ProbeResult> {
  await keepStatementsOutOfServerLog(subscriber)
  const name = `flytt_probe_${randomBytes(6).toString('hex')}`
  await subscriber.query('BEGIN READ WRITE')
  let result: ProbeResult = { kind: 'reached' }
  try {
    await subscriber.query(probeSubscriptionSql(name, conninfo))
  } catch (error) {
    const failure = serverError(error)
    if (failure === null) throw error
    const sqlState = sqlStateOf(error)
    if (sqlState === QUERY_CANCELED) result = { kind: 'timed-out' }
    else result = { kind: NOT_ALLOWED.includes(sqlState ?? '') ? 'not-allowed' : 'failed', reason: failure }
  }
  await subscriber.query('ROLLBACK')
  return result
}

/** See {@link probeSubscription}. The text holds the password: it must not be logged. */
export function probeSubscriptionSql(name: string, conninfo: Secret): string {
  return (
    `CREATE SUBSCRIPTION ${quoteIdent(name)} CONNECTION ${quoteLiteral(conninfo.reveal())} PUBLICATION flytt_probe ` +
    'WITH (create_slot = false, slot_name = NONE, enabled = false, copy_data = false)'
  )
}

/**
 * What the server said, or null when it said nothing because the session itself broke.
 *
 * A failed dial has SQLSTATE 08006, the same class as a broken session, so the code alone does not tell them apart.
 */
function serverError(error: unknown): string | null {
  if (!(error instanceof FlyttError) || sqlStateOf(error) === null) return null
  const { reason } = error.context
  return typeof reason === 'string' ? redact(reason) : null
}
