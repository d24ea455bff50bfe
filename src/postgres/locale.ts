import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const databaseLocaleSql = loadSql('database-locale')
const changedCollationsSql = loadSql('changed-collations')

const localeRow = catalogRow({
  encoding: z.string(),
  provider: z.string(),
  collate: z.string(),
  ctype: z.string(),
  locale: z.string().nullable(),
})
const changedRow = catalogRow({ name: z.string(), recorded: z.string(), actual: z.string() })

/** How a database encodes and sorts text; `provider` is c (libc), i (ICU) or b (builtin). */
export type DatabaseLocale = z.infer<typeof localeRow>

/** Reads how the session's database encodes and sorts text. */
export async function readDatabaseLocale(session: Session): Promise<DatabaseLocale> {
  const [row] = await session.rows(localeRow, databaseLocaleSql)
  if (row === undefined) throw new FlyttError('INTERNAL', { context: { reason: 'the database is gone' } })
  return row
}

/** @returns collations whose library sorts otherwise than when their indexes were built; `default` is the database's own */
export async function readChangedCollations(session: Session): Promise<readonly z.infer<typeof changedRow>[]> {
  return session.rows(changedRow, changedCollationsSql)
}
