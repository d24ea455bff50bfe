import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const roleRightsSql = loadSql('role-rights')
const tablesNotReadableSql = loadSql('tables-not-readable')
const tableOwnersNotHeldSql = loadSql('table-owners-not-held')

const roleRightsRow = catalogRow({
  name: z.string(),
  is_superuser: z.boolean(),
  can_login: z.boolean(),
  can_create_roles: z.boolean(),
  bypasses_row_security: z.boolean(),
  can_replicate: z.boolean(),
  connection_limit: z.number(),
  valid_until: z.string().nullable(),
  is_expired: z.boolean(),
  expires_soon: z.boolean(),
  can_connect: z.boolean(),
  can_create: z.boolean(),
  owns_database: z.boolean(),
  can_monitor: z.boolean(),
  can_signal: z.boolean(),
  can_read_passwords: z.boolean(),
  can_create_subscription: z.boolean(),
  can_read_origin: z.boolean(),
})

/** What a role may do on a server and in the session's database; `expiresSoon` within a week. */
export type RoleRights = z.infer<typeof roleRightsRow>

const tableRow = catalogRow({ schema: z.string(), name: z.string() })
const ownerRow = catalogRow({ owner: z.string(), tables: z.number(), example: z.string() })

/** An owner of tables whom the session's role may not act for. */
export type OwnerNotHeld = z.infer<typeof ownerRow>

/** @returns what the role may do, or null when there is no such role */
export async function findRoleRights(session: Session, role: string): Promise<RoleRights | null> {
  return (await session.rows(roleRightsRow, roleRightsSql, [role]))[0] ?? null
}

/** @returns what the session's own role may do */
export async function readOwnRights(session: Session): Promise<RoleRights> {
  const [row] = await session.rows(roleRightsRow, roleRightsSql, [null])
  if (row === undefined) throw new FlyttError('INTERNAL', { context: { reason: 'the session has no role' } })
  return row
}

/** @returns the tables that the role, which exists, may not read */
export async function readTablesNotReadable(
  session: Session,
  role: string,
): Promise<readonly z.infer<typeof tableRow>[]> {
  return session.rows(tableRow, tablesNotReadableSql, [role])
}

/** @returns the owners of tables whom the session's role may not act for; empty for a superuser */
export async function readOwnersNotHeld(session: Session): Promise<readonly OwnerNotHeld[]> {
  return session.rows(ownerRow, tableOwnersNotHeldSql)
}
