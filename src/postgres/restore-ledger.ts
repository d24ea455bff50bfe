import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import { sqlStateOf, type Session } from './connection.ts'

const LEDGER = `${FLYTT_SCHEMA}.restored`
const digestRow = z.object({ digest: z.string() })

/** What is done once, and how the ledger on the target knows it. */
export interface OnceKey {
  readonly migrationId: string
  /** Unique within the migration. */
  readonly digest: string
  /** For people, for example `INDEX catalog.products_name`. */
  readonly object: string
}

/**
 * Makes the ledger on the target where it is missing: what has been restored there, one row per statement, written in the
 * statement's own transaction.
 */
export async function createLedger(session: Session): Promise<void> {
  // IF NOT EXISTS still wants the right to create, and says so at each call; asked first, it is quiet.
  await session.query(`
    DO $$
    BEGIN
      IF pg_catalog.to_regclass('${LEDGER}') IS NULL THEN
        CREATE SCHEMA IF NOT EXISTS ${FLYTT_SCHEMA};
        CREATE TABLE IF NOT EXISTS ${LEDGER} (
          migration_id text NOT NULL,
          digest text NOT NULL,
          object text NOT NULL,
          at timestamp with time zone NOT NULL DEFAULT pg_catalog.clock_timestamp(),
          PRIMARY KEY (migration_id, digest)
        );
      END IF;
    END $$`)
}

/** @returns the digests of everything restored already; empty when the target has no ledger */
export async function readLedger(session: Session, migrationId: string): Promise<Set<string>> {
  const found = await session.query(`SELECT pg_catalog.to_regclass('${LEDGER}') IS NOT NULL AS exists`)
  if (found[0]?.['exists'] !== true) return new Set()
  const rows = await session.rows(digestRow, `SELECT digest FROM ${LEDGER} WHERE migration_id = $1`, [migrationId])
  return new Set(rows.map(({ digest }) => digest))
}

/** Notes what cannot be done in a transaction (VACUUM), after it was done. */
export async function addToLedger(session: Session, key: OnceKey): Promise<boolean> {
  const rows = await session.query(
    `INSERT INTO ${LEDGER} (migration_id, digest, object) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING digest`,
    [key.migrationId, key.digest, key.object],
  )
  return rows.length === 1
}

/** Forgets that something was done, when it is taken back. */
export async function removeFromLedger(session: Session, migrationId: string, digest: string): Promise<void> {
  await session.query(`DELETE FROM ${LEDGER} WHERE migration_id = $1 AND digest = $2`, [migrationId, digest])
}

/**
 * Does something on the target in one transaction with its row in the ledger: however often it is called, and wherever it
 * is killed, it happens once or not at all. A second caller waits for the first one's transaction.
 *
 * @param work - runs in the transaction
 * @returns false when it had been done before
 * @throws what `work` throws; then nothing of it is there
 */
export async function doOnce(session: Session, key: OnceKey, work: () => Promise<void>): Promise<boolean> {
  await session.query('BEGIN')
  try {
    const isNew = await addToLedger(session, key)
    if (isNew) await work()
    await session.query(isNew ? 'COMMIT' : 'ROLLBACK')
    return isNew
  } catch (error) {
    // A session that is gone has rolled back by itself; the first error is the one that counts.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Names the object whose statement the target refused; other errors (connection lost, aborted) stay what they are. */
export function asRestoreError(error: unknown, object: string): unknown {
  if (!(error instanceof FlyttError) || error.code !== 'DATABASE_FAILED') return error
  const reason = String(error.context['reason'])
  const hint = (error.cause as { hint?: unknown } | null)?.hint
  return new FlyttError('SCHEMA_RESTORE_FAILED', {
    context: {
      object,
      sqlState: sqlStateOf(error) ?? 'none',
      reason: typeof hint === 'string' ? `${reason} (${hint})` : reason,
    },
    cause: error.cause,
  })
}
