import { z } from 'zod'
import { replaceRightsSql, rightRow, runAll } from './access-rights.ts'
import type { Session } from './connection.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { isSettable, readKnownSettings, setSettingSql, settingName } from './setting.ts'
import { loadSql } from './sql.ts'

const databaseProperties = loadSql('database-properties')
const databaseAcl = loadSql('database-acl')
const databaseSettings = loadSql('database-settings')

const propertiesRow = z.object({ owner: z.string(), connection_limit: z.number(), comment: z.string().nullable() })
const settingRow = z.object({ role: z.string(), setting: z.string() })

/** What a database is beside its contents; pg_dump carries none of it without `--create`. Holds no secret. */
export const databasePropertiesShape = propertiesRow.extend({
  rights: z.array(rightRow),
  /** `role` empty: the database's own setting. */
  settings: z.array(settingRow),
})

/** See {@link databasePropertiesShape}. */
export type DatabaseProperties = z.infer<typeof databasePropertiesShape>

/** @returns what the session's database is */
export async function readDatabaseProperties(session: Session): Promise<DatabaseProperties> {
  const [row] = await session.rows(propertiesRow, databaseProperties)
  return {
    ...propertiesRow.parse(row),
    rights: await session.rows(rightRow, databaseAcl),
    settings: await session.rows(settingRow, databaseSettings),
  }
}

/** Flytt's fence sets it on the side that is out of service, so it never travels. */
const NEVER_CARRIED = 'default_transaction_read_only'
/** Set for the whole database they would end Flytt's copy and apply workers, which obey them. */
const HELD_BACK = new Set(['lock_timeout', 'transaction_timeout', 'session_replication_role'])

/** What is done to the target's database, and when. */
export interface DatabasePlan {
  readonly now: readonly string[]
  /** To be run in the cutover, as in held-back.ts. */
  readonly heldBack: readonly { readonly sql: string; readonly object: string; readonly undo: string }[]
  /** What cannot be carried over, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Plans how the target's database gets the source's owner, comment, connection limit, rights and settings. Settings the
 * target's database has of its own stay, unless the source sets them too.
 *
 * @param name - of the target's database
 * @param known - the parameters the target knows
 */
export function planDatabaseProperties(
  name: string,
  source: DatabaseProperties,
  target: DatabaseProperties,
  known: ReadonlySet<string>,
): DatabasePlan {
  const carried = source.settings.filter(({ role, setting }) => role !== '' || settingName(setting) !== NEVER_CARRIED)
  const settable = carried.filter(({ setting }) => isSettable(setting, known))
  const isHeldBack = ({ role, setting }: { role: string; setting: string }) =>
    role === '' && HELD_BACK.has(settingName(setting))
  return {
    now: [
      ...rightsSql(name, target, source),
      ...settable
        .filter((each) => !isHeldBack(each))
        .map(({ role, setting }) => setSettingSql(subjectSql(name, role), setting)),
      // 0 would be somebody's fence.
      ...(source.connection_limit > 0
        ? [`ALTER DATABASE ${quoteIdent(name)} CONNECTION LIMIT ${source.connection_limit}`]
        : []),
    ],
    heldBack: settable.filter(isHeldBack).map(({ role, setting }) => ({
      sql: setSettingSql(subjectSql(name, role), setting),
      object: `database setting ${settingName(setting)}`,
      undo: `${subjectSql(name, role)} RESET ${quoteIdent(settingName(setting))}`,
    })),
    notes: carried
      .filter(({ setting }) => !isSettable(setting, known))
      .map(({ setting }) => `Database setting ${settingName(setting)}: the target does not know it.`),
  }
}

/** Makes the session's database again what it was; within the caller's transaction. */
export async function restoreDatabaseProperties(
  session: Session,
  name: string,
  before: DatabaseProperties,
): Promise<void> {
  const now = await readDatabaseProperties(session)
  const roles = new Set([...now.settings, ...before.settings].map(({ role }) => role))
  await runAll(session, [
    ...[...roles].map((role) => `${subjectSql(name, role)} RESET ALL`),
    ...before.settings.map(({ role, setting }) => setSettingSql(subjectSql(name, role), setting)),
    ...rightsSql(name, now, before),
    `ALTER DATABASE ${quoteIdent(name)} CONNECTION LIMIT ${before.connection_limit}`,
  ])
}

/** @returns the plan of {@link planDatabaseProperties} for two databases as they are now */
export async function readDatabasePlan(source: Session, target: Session, targetName: string): Promise<DatabasePlan> {
  return planDatabaseProperties(
    targetName,
    await readDatabaseProperties(source),
    await readDatabaseProperties(target),
    await readKnownSettings(target),
  )
}

function subjectSql(name: string, role: string): string {
  return role === ''
    ? `ALTER DATABASE ${quoteIdent(name)}`
    : `ALTER ROLE ${quoteIdent(role)} IN DATABASE ${quoteIdent(name)}`
}

/** Owner first: the rights are granted by the owner. */
function rightsSql(name: string, current: DatabaseProperties, wanted: DatabaseProperties): string[] {
  const database = `DATABASE ${quoteIdent(name)}`
  const roles = [...current.rights.map(({ grantee }) => grantee), current.owner]
  return [
    `ALTER ${database} OWNER TO ${quoteIdent(wanted.owner)}`,
    ...replaceRightsSql(database, wanted.owner, roles, wanted.rights),
    `COMMENT ON ${database} IS ${wanted.comment === null ? 'NULL' : quoteLiteral(wanted.comment)}`,
  ]
}
