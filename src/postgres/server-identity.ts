import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const serverIdentitySql = loadSql('server-identity')

const serverIdentityRow = catalogRow({
  version_number: z.number(),
  version: z.string(),
  system_identifier: z.string(),
  is_in_recovery: z.boolean(),
  database: z.string(),
  database_owner: z.string(),
  connection_limit: z.number(),
  role: z.string(),
  address: z.string().nullable(),
  port: z.number().nullable(),
})

/** Which server and database a session is in, and as whom; `versionNumber` is 170010 for 17.10. */
export type ServerIdentity = z.infer<typeof serverIdentityRow>

/** @throws {FlyttError} `INTERNAL` when the database was dropped under the session */
export async function readServerIdentity(session: Session): Promise<ServerIdentity> {
  const [row] = await session.rows(serverIdentityRow, serverIdentitySql)
  if (row === undefined) throw new FlyttError('INTERNAL', { context: { reason: 'the database is gone' } })
  return row
}

/** @returns 17 for 170010 */
export function majorOf(versionNumber: number): number {
  return Math.floor(versionNumber / 10_000)
}
