import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { inTransaction, type StateDatabase } from './state-database.ts'

const folder = join(import.meta.dirname, 'revisions')

/** Two processes that start at once take turns; the number is the ASCII of "flytt". */
const LOCK_KEY = 0x66_6c_79_74

/**
 * Brings the state database's schema `flytt` to this version's shape, each revision once, all in one transaction.
 *
 * @returns the numbers of the revisions that were applied now
 * @throws {FlyttError} `STATE_NEWER` when a newer Flytt has been there
 */
export async function applyRevisions(state: StateDatabase): Promise<readonly number[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ number: Number.parseInt(name, 10), path: join(folder, name) }))
  const known = files.at(-1)?.number ?? 0
  return inTransaction(state, async (client) => {
    await client.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [LOCK_KEY])
    await client.query('CREATE SCHEMA IF NOT EXISTS flytt')
    await client.query(
      'CREATE TABLE IF NOT EXISTS flytt.revision (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
    )
    const { rows } = await client.query('SELECT coalesce(max(number), 0) AS found FROM flytt.revision')
    const { found } = z.object({ found: z.number() }).parse(rows[0])
    if (found > known) throw new FlyttError('STATE_NEWER', { context: { found, known } })
    const applied = files.filter(({ number }) => number > found)
    for (const { number, path } of applied) {
      await client.query(readFileSync(path, 'utf8'))
      await client.query('INSERT INTO flytt.revision (number) VALUES ($1)', [number])
    }
    return applied.map(({ number }) => number)
  })
}
