import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const userObjectsSql = loadSql('user-objects')
const userSchemasSql = loadSql('user-schemas')
const flyttLeftoversSql = loadSql('flytt-leftovers')

const objectRow = catalogRow({ schema: z.string(), name: z.string(), kind: z.string() })
const schemaRow = catalogRow({ name: z.string() })
const leftoverRow = catalogRow({ kind: z.enum(['subscription', 'publication', 'slot', 'schema']), name: z.string() })

/** An object that no fresh database has; `kind` is for people to read. */
export type UserObject = z.infer<typeof objectRow>
/** What an earlier migration of Flytt left in a database. */
export type Leftover = z.infer<typeof leftoverRow>

/** @returns relations, functions and types outside the system's schemas that no extension brought */
export async function readUserObjects(session: Session): Promise<readonly UserObject[]> {
  return session.rows(objectRow, userObjectsSql)
}

/** @returns the names of schemas beside the system's, public and those of extensions */
export async function readUserSchemas(session: Session): Promise<readonly string[]> {
  return (await session.rows(schemaRow, userSchemasSql)).map(({ name }) => name)
}

/** @returns what is to be dropped, in an order in which it can be */
export async function readLeftovers(session: Session): Promise<readonly Leftover[]> {
  return session.rows(leftoverRow, flyttLeftoversSql, [FLYTT_SCHEMA])
}
