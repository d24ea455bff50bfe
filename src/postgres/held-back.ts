import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Session } from './connection.ts'
import { addToLedger, asRestoreError, readLedger, removeFromLedger } from './restore-ledger.ts'
import type { RestoreStatement } from './restore-plan.ts'
import { readTokens } from './sql-token.ts'

/**
 * The fact `held-back`: statements of the source's schema that wait for the cutover, because on the target they would
 * fire while changes are applied (`ENABLE ALWAYS TRIGGER`, event triggers) or end the workers (database timeouts).
 */
export const heldBackFact = z.array(z.object({ sql: z.string(), object: z.string(), undo: z.string().nullable() }))

/** See {@link heldBackFact}. */
export type HeldBack = z.infer<typeof heldBackFact>

/** The ledger's migration for these: they belong to the target, whoever runs them. */
const LEDGER_MIGRATION = 'held-back'

/** @returns what of a plan waits for the cutover, in order */
export function heldBackStatements(plan: readonly RestoreStatement[]): HeldBack {
  return plan.filter(({ kind }) => kind === 'held-back').map(({ sql, object }) => ({ sql, object, undo: undoSql(sql) }))
}

/**
 * Runs on the target what was held back: in one transaction, each statement once, however often it is called.
 *
 * Takes SHARE ROW EXCLUSIVE on tables whose triggers are enabled.
 *
 * @param guard - called first in the transaction; when it throws, nothing is done
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED` naming the object; then none of it is done
 */
export async function enableHeldBack(
  session: Session,
  heldBack: HeldBack,
  guard: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  if (heldBack.length === 0) return
  await session.query('BEGIN')
  try {
    await guard()
    for (const { sql, object } of heldBack) {
      if (!(await addToLedger(session, { migrationId: LEDGER_MIGRATION, digest: digestOf(sql), object }))) continue
      try {
        await session.query(sql)
      } catch (error) {
        throw asRestoreError(error, object)
      }
    }
    await session.query('COMMIT')
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/**
 * Takes back {@link enableHeldBack}, for a cutover that ended before the switch: changes are applied again, and must not
 * fire anything. Does nothing when nothing was enabled.
 *
 * @param guard - called first in the transaction; when it throws, nothing is done
 */
export async function disableHeldBack(
  session: Session,
  heldBack: HeldBack,
  guard: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const enabled = await readLedger(session, LEDGER_MIGRATION)
  const undone = heldBack.filter(({ sql }) => enabled.has(digestOf(sql)))
  if (undone.length === 0) return
  await session.query('BEGIN')
  try {
    await guard()
    for (const { sql, undo } of undone.toReversed()) {
      if (undo !== null) await session.query(undo)
      await removeFromLedger(session, LEDGER_MIGRATION, digestOf(sql))
    }
    await session.query('COMMIT')
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

function digestOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

/** @returns what takes a held-back statement back; null when that of another one does */
function undoSql(sql: string): string | null {
  const tokens = readTokens(sql, 32).map(({ text }) => text)
  const name = tokens[3]
  if (tokens[0] === 'CREATE') return name === undefined ? null : `DROP EVENT TRIGGER IF EXISTS ${name}`
  const enable = tokens.indexOf('ENABLE')
  if (tokens[1] !== 'TABLE' || enable === -1) return null
  // ALTER TABLE name ENABLE ALWAYS TRIGGER name: without the word behind ENABLE it is the state it was created in.
  return [...tokens.slice(0, enable + 1), ...tokens.slice(enable + 2)].filter((token) => token !== ';').join(' ')
}
