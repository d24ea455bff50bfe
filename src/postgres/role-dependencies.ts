import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { readRolesInUse } from './roles.ts'
import { majorOf, readServerIdentity } from './server-identity.ts'
import { loadSql } from './sql.ts'

const roleDependenciesSql = loadSql('role-dependencies')
const rolesPresentSql = loadSql('roles-present')
const rolesPresentBefore16Sql = loadSql('roles-present-before-16')

const neededRow = catalogRow({
  name: z.string(),
  can_login: z.boolean(),
  is_superuser: z.boolean(),
  can_replicate: z.boolean(),
  bypasses_row_security: z.boolean(),
  can_create_roles: z.boolean(),
  can_create_databases: z.boolean(),
  inherits: z.boolean(),
  is_owner: z.boolean(),
  member_of: z.array(z.string()),
})
const presentRow = catalogRow({ name: z.string(), can_login: z.boolean(), can_become: z.boolean() })

/** A role that a database cannot do without; `isOwner` when something in it is its own. */
export type NeededRole = z.infer<typeof neededRow>
/** A role of a server; `canBecome` when the session's role may hand objects to it. */
export type PresentRole = z.infer<typeof presentRow>

/** @returns the roles the session's database cannot do without, which the schema phase copies, by name */
export async function readRolesNeeded(session: Session): Promise<readonly NeededRole[]> {
  return session.rows(neededRow, roleDependenciesSql, [await readRolesInUse(session)])
}

/** @returns those of the named roles that exist, by name */
export async function readRolesPresent(
  session: Session,
  names: readonly string[],
): Promise<ReadonlyMap<string, PresentRole>> {
  const { versionNumber } = await readServerIdentity(session)
  // Only 16 tells the right to become a role from membership.
  const sql = majorOf(versionNumber) >= 16 ? rolesPresentSql : rolesPresentBefore16Sql
  return new Map((await session.rows(presentRow, sql, [names])).map((row) => [row.name, row]))
}
