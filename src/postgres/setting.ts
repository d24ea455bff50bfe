import { z } from 'zod'
import type { Session } from './connection.ts'
import { quoteIdent, quoteLiteral } from './quote.ts'
import { loadSql } from './sql.ts'

const knownSettings = loadSql('known-settings')
const nameRow = z.object({ name: z.string() })

/** Their value is a list of names: quoted as one literal it would become one long name. As in pg_dump. */
const LISTS = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

/**
 * Writes `ALTER … SET …` for a setting as the catalog keeps it.
 *
 * @param subject - for example `ALTER DATABASE "shop"`
 * @param setting - `name=value`
 */
export function setSettingSql(subject: string, setting: string): string {
  const name = settingName(setting)
  const value = setting.slice(name.length + 1)
  const values = LISTS.has(name.toLowerCase()) ? splitNames(value) : [value]
  return `${subject} SET ${quoteIdent(name)} TO ${values.map(quoteLiteral).join(', ') || "''"}`
}

/** @returns the name in `name=value` */
export function settingName(setting: string): string {
  return setting.slice(0, setting.indexOf('='))
}

/** @returns the names of the parameters the server knows, in lower case */
export async function readKnownSettings(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.rows(nameRow, knownSettings)
  return new Set(rows.map(({ name }) => name.toLowerCase()))
}

/** @returns whether a server can take the setting: it knows the parameter, or an extension or application owns it */
export function isSettable(setting: string, known: ReadonlySet<string>): boolean {
  const name = settingName(setting).toLowerCase()
  return name.includes('.') || known.has(name)
}

/** Splits `sales, "My Schema", public` into its names. */
function splitNames(list: string): string[] {
  const names = list.match(/"(?:[^"]|"")*"|[^,\s"]+/g) ?? []
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
}
