import { z } from 'zod'
import type { Session } from './connection.ts'
import { quoteIdent } from './quote.ts'

/** The row of the `*-acl.sql` queries. */
export const rightRow = z.object({
  grantor: z.string(),
  /** Empty for PUBLIC. */
  grantee: z.string(),
  privilege: z.string(),
  is_grantable: z.boolean(),
})

/** One right that somebody was granted. */
export type Right = z.infer<typeof rightRow>

/**
 * Writes what makes the rights on an object exactly the wanted ones: everything is revoked, then granted anew.
 *
 * @param object - for example `DATABASE "shop"`
 * @param owner - of the object, whose grants come first, because the others' rest on them
 * @param roles - the roles that may hold a right now, or shall
 */
export function replaceRightsSql(
  object: string,
  owner: string,
  roles: readonly string[],
  wanted: readonly Right[],
): string[] {
  const grantees = [...new Set(['', owner, ...roles])]
  const byOwner = wanted.filter(({ grantor }) => grantor === owner)
  const byOthers = wanted.filter(({ grantor }) => grantor !== owner)
  return [
    `REVOKE ALL ON ${object} FROM ${grantees.map(granteeSql).join(', ')} CASCADE`,
    ...byOwner.map((right) => grantSql(object, right)),
    ...byOthers.flatMap((right) => [
      `SET LOCAL ROLE ${quoteIdent(right.grantor)}`,
      grantSql(object, right),
      'RESET ROLE',
    ]),
  ]
}

function grantSql(object: string, { grantee, privilege, is_grantable: isGrantable }: Right): string {
  return `GRANT ${privilege} ON ${object} TO ${granteeSql(grantee)}${isGrantable ? ' WITH GRANT OPTION' : ''}`
}

/** @param grantee - a role's name, or empty for PUBLIC */
export function granteeSql(grantee: string): string {
  return grantee === '' ? 'PUBLIC' : quoteIdent(grantee)
}

/** Runs statements one after the other. */
export async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.query(statement)
}
