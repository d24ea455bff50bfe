import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS } from '../units.ts'
import type { Session } from './connection.ts'
import { sqlStateOf } from './connection.ts'
import { asRestoreError, doOnce } from './restore-ledger.ts'
import type { RestoreStatement } from './restore-plan.ts'

/** The ledger's key of the whole first half, which is one transaction. */
export const PRE_DATA_DIGEST = 'pre-data'

/**
 * Restores everything that stands before the rows (schemas, types, tables, functions, views, rights, extensions) in one
 * transaction: all of it, or nothing.
 *
 * @param session - of `openRestoreSession`
 * @returns false when a run before had restored it
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED` naming the object
 */
export async function restorePreData(
  session: Session,
  migrationId: string,
  statements: readonly RestoreStatement[],
): Promise<boolean> {
  return doOnce(session, { migrationId, digest: PRE_DATA_DIGEST, object: 'everything before the rows' }, async () => {
    for (const statement of statements) await runStatement(session, statement)
  })
}

/**
 * Restores what the apply of changes needs on the target: primary keys, replica identity indexes, their attachment to
 * partitioned ones, and the REPLICA IDENTITY itself. Each once; the rest of the second half follows in restoreStatement.
 *
 * @param postData - the plan of the whole second half
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED`
 */
export async function restoreKeys(
  session: Session,
  migrationId: string,
  postData: readonly RestoreStatement[],
  restored: ReadonlySet<string>,
): Promise<void> {
  const keys = postData.filter(({ isForIdentity, digest }) => isForIdentity && !restored.has(digest))
  // An index of a partitioned table is valid, and may serve, only when all its parts are attached.
  const isLast = ({ kind }: RestoreStatement) => kind === 'identity'
  for (const statement of [...keys.filter((key) => !isLast(key)), ...keys.filter(isLast)]) {
    await restoreStatement(session, migrationId, statement)
  }
}

/** Others hold a lock, or hold it against each other: both pass. */
const PASSING_STATES = new Set(['55P03', '40P01'])
const PATIENCE_MS = 5 * MINUTE_MS

/**
 * Restores one statement once, in one transaction with its row in the ledger. Waits out locks of others: it queues for
 * `lock_timeout` at a time, so that nobody queues long behind it.
 *
 * @returns false when a run before had restored it
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED` naming the object
 */
export async function restoreStatement(
  session: Session,
  migrationId: string,
  statement: RestoreStatement,
): Promise<boolean> {
  const { digest, object } = statement
  const deadline = Date.now() + PATIENCE_MS
  for (let attempt = 1; ; attempt++) {
    try {
      return await doOnce(session, { migrationId, digest, object }, () => runStatement(session, statement))
    } catch (error) {
      if (!PASSING_STATES.has(sqlStateOf(error) ?? '') || Date.now() > deadline) throw error
      await delay(Math.min(100 * 2 ** attempt, 3_000))
    }
  }
}

async function runStatement(session: Session, { sql, object }: RestoreStatement): Promise<void> {
  try {
    await session.query(sql)
  } catch (error) {
    throw asRestoreError(error, object)
  }
}
