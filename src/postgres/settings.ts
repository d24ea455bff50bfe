import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const settingsSql = loadSql('settings')
const sessionDefaultsSql = loadSql('session-defaults')

const settingRow = catalogRow({
  name: z.string(),
  setting: z.string(),
  unit: z.string().nullable(),
  is_restart_pending: z.boolean(),
})

/** One setting of the server; `setting` is in `unit`. */
export type Setting = z.infer<typeof settingRow>

const sessionDefaultRow = catalogRow({
  database: z.string().nullable(),
  role: z.string().nullable(),
  name: z.string(),
  setting: z.string(),
})

/** A setting of a database or role; null means that it holds for all of them. */
export type SessionDefault = z.infer<typeof sessionDefaultRow>

/** @returns the settings by name; one that this version does not know is missing */
export async function readSettings(session: Session, names: readonly string[]): Promise<ReadonlyMap<string, Setting>> {
  const rows = await session.rows(settingRow, settingsSql, [names])
  return new Map(rows.map((row) => [row.name, row]))
}

/** @returns what is set for the session's database, for roles, and for roles in this database */
export async function readSessionDefaults(session: Session): Promise<readonly SessionDefault[]> {
  return session.rows(sessionDefaultRow, sessionDefaultsSql)
}

/** @returns a setting as a number, or null when this version does not know it */
export function numberOf(settings: ReadonlyMap<string, Setting>, name: string): number | null {
  const found = settings.get(name)
  return found === undefined ? null : Number(found.setting)
}
