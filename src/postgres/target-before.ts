import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import { granteeSql, replaceRightsSql, rightRow, runAll } from './access-rights.ts'
import type { Session } from './connection.ts'
import { databasePropertiesShape, readDatabaseProperties, restoreDatabaseProperties } from './database-properties.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { dropRoles, readCreatedRoles } from './roles.ts'
import { loadSql } from './sql.ts'

const droppableObjects = loadSql('droppable-objects')
const schemaProperties = loadSql('schema-properties')
const schemaAcl = loadSql('schema-acl')
const defaultPrivileges = loadSql('default-privileges')

const objectRow = z.object({ kind: z.string(), identity: z.string(), schema: z.string().nullable() })
const schemaRow = z.object({ name: z.string(), owner: z.string(), comment: z.string().nullable() })
const schemaRightRow = rightRow.extend({ schema: z.string() })
const defaultRow = z.object({
  owner: z.string(),
  schema: z.string().nullable(),
  kind: z.enum(['r', 'S', 'f', 'T', 'n', 'L']),
  grantee: z.string().nullable(),
})

/** What the target was before Flytt changed anything there; what is not in it is Flytt's to drop. Holds no secret. */
export const targetBeforeShape = z.object({
  database: databasePropertiesShape,
  objects: z.array(objectRow),
  schemas: z.array(schemaRow.extend({ rights: z.array(rightRow) })),
  defaultPrivileges: z.array(defaultRow),
})

/** See {@link targetBeforeShape}. */
export type TargetBefore = z.infer<typeof targetBeforeShape>

/** @returns the target as it is now */
export async function readTargetBefore(session: Session): Promise<TargetBefore> {
  const rights = await session.rows(schemaRightRow, schemaAcl)
  const schemas = await session.rows(schemaRow, schemaProperties)
  return {
    database: await readDatabaseProperties(session),
    objects: await session.rows(objectRow, droppableObjects),
    schemas: schemas.map((schema) => ({
      ...schema,
      rights: rights.filter((right) => right.schema === schema.name).map(({ schema: _schema, ...right }) => right),
    })),
    defaultPrivileges: await session.rows(defaultRow, defaultPrivileges),
  }
}

/** A transaction that drops more tables than this may not find room in the server's lock table. */
const TABLES_AT_ONCE = 200

/**
 * Makes the target's database again what it was: drops every object that was not there, with everything in it, puts back
 * rights, comments and settings, drops the roles Flytt created, and Flytt's own schema last. Killed in between, it can be
 * called again.
 *
 * Takes ACCESS EXCLUSIVE on everything it drops.
 *
 * @returns roles that stay, because something in another database is theirs
 */
export async function restoreTarget(
  session: Session,
  databaseName: string,
  migrationId: string,
  before: TargetBefore,
): Promise<string[]> {
  const isNew = (object: z.infer<typeof objectRow>) => !before.objects.some((each) => keyOf(each) === keyOf(object))
  // Flytt's own schema goes last: it says which roles are Flytt's.
  const found = (await session.rows(objectRow, droppableObjects)).filter(
    (each) => isNew(each) && each.schema !== FLYTT_SCHEMA && each.identity !== FLYTT_SCHEMA,
  )
  const tables = found.filter(({ kind }) => kind === 'table')
  for (let at = 0; at + TABLES_AT_ONCE < tables.length; at += TABLES_AT_ONCE) {
    const names = tables.slice(at, at + TABLES_AT_ONCE).map(({ identity }) => identity)
    await session.query(`DROP TABLE IF EXISTS ${names.join(', ')} CASCADE`)
  }
  const created = await readCreatedRoles(session, migrationId)
  await session.query('BEGIN')
  try {
    // What stands in a schema that goes needs no DROP of its own.
    const newSchemas = new Set(found.filter(({ kind }) => kind === 'schema').map(({ identity }) => unquote(identity)))
    await runAll(
      session,
      found
        .filter(({ schema }) => schema === null || !newSchemas.has(schema))
        .sort(bySchemasFirst)
        .map(dropObjectSql),
    )
    await runAll(session, await resetDefaultPrivilegesSql(session, before))
    await runAll(session, await resetSchemasSql(session, before))
    await restoreDatabaseProperties(session, databaseName, before.database)
    await session.query(`DROP SCHEMA IF EXISTS ${FLYTT_SCHEMA} CASCADE`)
    const kept = await dropRoles(session, created)
    await session.query('COMMIT')
    return kept
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

function keyOf({ kind, identity }: z.infer<typeof objectRow>): string {
  return `${kind} ${identity}`
}

function unquote(identity: string): string {
  return identity.startsWith('"') ? identity.slice(1, -1).replaceAll('""', '"') : identity
}

function bySchemasFirst(one: z.infer<typeof objectRow>, other: z.infer<typeof objectRow>): number {
  return Number(other.kind === 'schema') - Number(one.kind === 'schema')
}

/** Most kinds are called in DROP what pg_identify_object calls them. */
const DROP_WORDS: Record<string, string> = {
  'foreign-data wrapper': 'FOREIGN DATA WRAPPER',
  'composite type': 'TYPE',
  'statistics object': 'STATISTICS',
}

/** @returns a statement that does nothing when the object has gone with another one */
export function dropObjectSql({ kind, identity }: { readonly kind: string; readonly identity: string }): string {
  return `DROP ${DROP_WORDS[kind] ?? kind.toUpperCase()} IF EXISTS ${identity} CASCADE`
}

const DEFAULT_WORDS = { r: 'TABLES', S: 'SEQUENCES', f: 'FUNCTIONS', T: 'TYPES', n: 'SCHEMAS', L: 'LARGE OBJECTS' }
/** What PUBLIC has by default: PostgreSQL forgets an entry that says the same. */
const PUBLIC_DEFAULTS: Partial<Record<keyof typeof DEFAULT_WORDS, string>> = { f: 'EXECUTE', T: 'USAGE' }

async function resetDefaultPrivilegesSql(session: Session, before: TargetBefore): Promise<string[]> {
  const had = new Set(before.defaultPrivileges.map(({ owner, schema, kind }) => `${owner} ${schema ?? ''} ${kind}`))
  const added = (await session.rows(defaultRow, defaultPrivileges)).filter(
    ({ owner, schema, kind }) => !had.has(`${owner} ${schema ?? ''} ${kind}`),
  )
  const resets = added.flatMap(({ owner, schema, kind, grantee }) => {
    const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdent(owner)}${schema === null ? '' : ` IN SCHEMA ${quoteIdent(schema)}`}`
    const objects = DEFAULT_WORDS[kind]
    const revoke = grantee === null ? [] : [`${head} REVOKE ALL ON ${objects} FROM ${granteeSql(grantee)}`]
    if (schema !== null) return revoke
    const publicRight = PUBLIC_DEFAULTS[kind]
    return [
      ...revoke,
      `${head} GRANT ALL ON ${objects} TO ${quoteIdent(owner)}`,
      ...(publicRight === undefined ? [] : [`${head} GRANT ${publicRight} ON ${objects} TO PUBLIC`]),
    ]
  })
  // A grantee's revoke after another's defaults would take the defaults away again: all revokes first.
  return [
    ...resets.filter((sql) => sql.includes(' REVOKE ')),
    ...new Set(resets.filter((sql) => !sql.includes(' REVOKE '))),
  ]
}

async function resetSchemasSql(session: Session, before: TargetBefore): Promise<string[]> {
  const now = await session.rows(schemaRow, schemaProperties)
  const rights = await session.rows(schemaRightRow, schemaAcl)
  return before.schemas.flatMap((schema) => {
    const current = now.find(({ name }) => name === schema.name)
    if (current === undefined || schema.name === FLYTT_SCHEMA) return []
    const object = `SCHEMA ${quoteIdent(schema.name)}`
    const roles = rights.filter((right) => right.schema === schema.name).map(({ grantee }) => grantee)
    return [
      ...(current.owner === schema.owner ? [] : [`ALTER ${object} OWNER TO ${quoteIdent(schema.owner)}`]),
      ...replaceRightsSql(object, schema.owner, roles, schema.rights),
      `COMMENT ON ${object} IS ${schema.comment === null ? 'NULL' : quoteLiteral(schema.comment)}`,
    ]
  })
}
