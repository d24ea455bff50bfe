import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const preparedTransactionsSql = loadSql('prepared-transactions')
const longTransactionsSql = loadSql('long-transactions')
const superuserSessionsSql = loadSql('superuser-sessions')

const preparedRow = catalogRow({
  gid: z.string(),
  database: z.string(),
  owner: z.string(),
  age_seconds: z.number(),
})
const longRow = catalogRow({
  pid: z.number(),
  database: z.string().nullable(),
  role: z.string().nullable(),
  application_name: z.string().nullable(),
  state: z.string().nullable(),
  age_seconds: z.number(),
})
const sessionRow = catalogRow({ role: z.string(), application_name: z.string(), sessions: z.number() })

/** @returns transactions of the whole server that wait for their COMMIT PREPARED, oldest first */
export async function readPreparedTransactions(session: Session): Promise<readonly z.infer<typeof preparedRow>[]> {
  return session.rows(preparedRow, preparedTransactionsSql)
}

/** @returns writing transactions of the whole server that are open for longer than `olderThanSeconds`, oldest first */
export async function readLongTransactions(
  session: Session,
  olderThanSeconds: number,
): Promise<readonly z.infer<typeof longRow>[]> {
  return session.rows(longRow, longTransactionsSql, [olderThanSeconds])
}

/** @returns who works in the database as a superuser, other than Flytt */
export async function readSuperuserSessions(session: Session): Promise<readonly z.infer<typeof sessionRow>[]> {
  return session.rows(sessionRow, superuserSessionsSql)
}
