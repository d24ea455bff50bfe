import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import { Secret } from '../secret.ts'
import { sqlStateOf, type Session } from './connection.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { isSettable, readKnownSettings, setSettingSql, settingName } from './setting.ts'
import { loadSql } from './sql.ts'

const rolesInUse = loadSql('roles-in-use')
const roleAttributes = loadSql('role-attributes')
const roleSecrets = loadSql('role-secrets')
const roleMemberships = loadSql('role-memberships')
const roleSettings = loadSql('role-settings')

const nameRow = z.object({ name: z.string() })
const attributesRow = z.object({
  name: z.string(),
  is_superuser: z.boolean(),
  inherits: z.boolean(),
  creates_roles: z.boolean(),
  creates_databases: z.boolean(),
  logs_in: z.boolean(),
  replicates: z.boolean(),
  bypasses_rls: z.boolean(),
  connection_limit: z.number(),
  valid_until: z.string().nullable(),
  comment: z.string().nullable(),
})
const secretRow = z.object({ name: z.string(), secret: z.string() })
const membershipRow = z.object({
  role: z.string(),
  member: z.string(),
  is_admin: z.boolean(),
  inherits: z.boolean().nullable(),
  sets: z.boolean().nullable(),
})
const settingRow = z.object({ role: z.string(), setting: z.string() })

/** What a role is and may do; its password is kept apart. */
export type RoleAttributes = z.infer<typeof attributesRow>
/** One role being a member of another. */
export type Membership = z.infer<typeof membershipRow>

/** @returns the names of the roles without which the database of the session cannot be used, sorted */
export async function readRolesInUse(session: Session): Promise<string[]> {
  return (await session.rows(nameRow, rolesInUse)).map(({ name }) => name)
}

/** @returns those of the named roles that a server does not have */
export async function findMissingRoles(session: Session, names: readonly string[]): Promise<string[]> {
  const found = await session.rows(attributesRow, roleAttributes, [names])
  return names.filter((name) => !found.some((role) => role.name === name))
}

/**
 * Reads the stored passwords of roles. They go from server to server and nowhere else.
 *
 * @returns secrets by role, without roles that have none; null when this session may not read them
 */
export async function readRoleSecrets(
  session: Session,
  names: readonly string[],
): Promise<ReadonlyMap<string, Secret> | null> {
  try {
    const rows = await session.rows(secretRow, roleSecrets, [names])
    return new Map(rows.map(({ name, secret }) => [name, new Secret(secret)]))
  } catch (error) {
    if (sqlStateOf(error) === '42501') return null
    throw error
  }
}

/** @param secret - the stored form; PostgreSQL takes it as it is. Null: the role logs in without a password, or not at all */
export function createRoleSql(role: RoleAttributes, secret: Secret | null): string {
  const flag = (has: boolean, word: string) => `${has ? '' : 'NO'}${word}`
  return [
    `CREATE ROLE ${quoteIdent(role.name)}`,
    flag(role.is_superuser, 'SUPERUSER'),
    flag(role.inherits, 'INHERIT'),
    flag(role.creates_roles, 'CREATEROLE'),
    flag(role.creates_databases, 'CREATEDB'),
    flag(role.logs_in, 'LOGIN'),
    flag(role.replicates, 'REPLICATION'),
    flag(role.bypasses_rls, 'BYPASSRLS'),
    `CONNECTION LIMIT ${role.connection_limit}`,
    ...(secret === null ? [] : [`PASSWORD ${quoteLiteral(secret.reveal())}`]),
    ...(role.valid_until === null ? [] : [`VALID UNTIL ${quoteLiteral(role.valid_until)}`]),
  ].join(' ')
}

/** @param major - of the server that runs it: the options INHERIT and SET exist from 16 on */
export function grantRoleSql({ role, member, is_admin: isAdmin, inherits, sets }: Membership, major: number): string {
  const options = [...(isAdmin ? ['ADMIN TRUE'] : []), ...option('INHERIT', inherits), ...option('SET', sets)]
  const legacy = isAdmin ? ' WITH ADMIN OPTION' : ''
  const suffix = major >= 16 ? (options.length > 0 ? ` WITH ${options.join(', ')}` : '') : legacy
  return `GRANT ${quoteIdent(role)} TO ${quoteIdent(member)}${suffix}`
}

function option(word: string, value: boolean | null): string[] {
  return value === null ? [] : [`${word} ${value ? 'TRUE' : 'FALSE'}`]
}

const ROLE_LEDGER = `${FLYTT_SCHEMA}.created_role`

/** What became of the roles. */
export interface RolesOutcome {
  /** Created by this migration, in this run or one before. */
  readonly created: readonly string[]
  /** What could not be carried over, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Creates on the target the roles that the source's database uses and the target does not have: attributes, stored
 * password, settings, comment, and their memberships. One transaction, with a row per role in a table of Flytt's on the
 * target, so that undo knows exactly which are Flytt's.
 *
 * A role that exists stays as it is, memberships included: it may serve other databases of that server, and its rights are
 * not Flytt's to widen.
 *
 * @param target - a session of `openRestoreSession`: it keeps the statements, which hold stored passwords, out of the log
 * @param attempts - how often it begins anew when another migration makes the same roles at the same time
 * @throws {FlyttError} `ROLE_SECRET_UNREADABLE` before anything is changed; `DATABASE_FAILED`
 */
export async function createMissingRoles(
  source: Session,
  target: Session,
  migrationId: string,
  attempts = 3,
): Promise<RolesOutcome> {
  const inUse = await readRolesInUse(source)
  const missing = await findMissingRoles(target, inUse)
  const roles = await source.rows(attributesRow, roleAttributes, [missing])
  const secrets = missing.length === 0 ? new Map<string, Secret>() : await readRoleSecrets(source, missing)
  const locked = secrets === null ? roles.filter((role) => role.logs_in).map(({ name }) => name) : []
  if (locked.length > 0) throw new FlyttError('ROLE_SECRET_UNREADABLE', { context: { roles: locked.join(', ') } })

  const memberships = await source.rows(membershipRow, roleMemberships, [inUse])
  const settings = await source.rows(settingRow, roleSettings, [missing])
  const known = await readKnownSettings(target)
  const notes = settings
    .filter(({ setting }) => !isSettable(setting, known))
    .map(({ role, setting }) => `Role ${role}: the target does not know the setting ${settingName(setting)}.`)
  const major = await readMajor(target)
  await createRoleLedger(target)
  await target.query('BEGIN')
  try {
    for (const role of roles) {
      await target.query(createRoleSql(role, secrets?.get(role.name) ?? null))
      await target.query(`INSERT INTO ${ROLE_LEDGER} (migration_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        migrationId,
        role.name,
      ])
      if (role.comment !== null)
        await target.query(`COMMENT ON ROLE ${quoteIdent(role.name)} IS ${quoteLiteral(role.comment)}`)
    }
    for (const { role, setting } of settings) {
      if (isSettable(setting, known)) await target.query(setSettingSql(`ALTER ROLE ${quoteIdent(role)}`, setting))
    }
    for (const membership of memberships) {
      const isOfCreated = missing.includes(membership.role) || missing.includes(membership.member)
      if (isOfCreated) await target.query(grantRoleSql(membership, major))
    }
    await target.query('COMMIT')
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await target.query('ROLLBACK').catch(() => undefined)
    // Roles belong to the whole server: a migration of another database was faster, and has made all of its own by now.
    if (attempts > 1 && ROLE_EXISTS.has(sqlStateOf(error) ?? ''))
      return createMissingRoles(source, target, migrationId, attempts - 1)
    throw error
  }
  return { created: await readCreatedRoles(target, migrationId), notes }
}

/** duplicate_object when the role is there, unique_violation when it comes to be there meanwhile. */
const ROLE_EXISTS = new Set(['42710', '23505'])

async function createRoleLedger(session: Session): Promise<void> {
  await session.query(`CREATE SCHEMA IF NOT EXISTS ${FLYTT_SCHEMA}`)
  await session.query(
    `CREATE TABLE IF NOT EXISTS ${ROLE_LEDGER} (migration_id text NOT NULL, name text NOT NULL, PRIMARY KEY (migration_id, name))`,
  )
}

/** @returns the roles a migration created on the target, by Flytt's own table there; empty when there is no such table */
export async function readCreatedRoles(session: Session, migrationId: string): Promise<string[]> {
  const [found] = await session.query(`SELECT pg_catalog.to_regclass('${ROLE_LEDGER}') IS NOT NULL AS exists`)
  if (found?.['exists'] !== true) return []
  const rows = await session.rows(nameRow, `SELECT name FROM ${ROLE_LEDGER} WHERE migration_id = $1 ORDER BY name`, [
    migrationId,
  ])
  return rows.map(({ name }) => name)
}

/**
 * Drops roles that Flytt created, within the caller's transaction. One that has something in another database stays.
 *
 * @returns the roles that stay
 */
export async function dropRoles(session: Session, names: readonly string[]): Promise<string[]> {
  const kept: string[] = []
  for (const name of names) {
    await session.query('SAVEPOINT flytt_role')
    try {
      await session.query(`DROP ROLE IF EXISTS ${quoteIdent(name)}`)
      await session.query('RELEASE SAVEPOINT flytt_role')
    } catch (error) {
      // dependent_objects_still_exist: by now only another database, or another migration, can be meant.
      if (sqlStateOf(error) !== '2BP01') throw error
      await session.query('ROLLBACK TO SAVEPOINT flytt_role')
      kept.push(name)
    }
  }
  return kept
}

async function readMajor(session: Session): Promise<number> {
  const row = z.object({ number: z.coerce.number() })
  const [version] = await session.rows(row, `SELECT pg_catalog.current_setting('server_version_num') AS number`)
  return Math.floor((version?.number ?? 0) / 10_000)
}
