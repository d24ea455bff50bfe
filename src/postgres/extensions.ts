import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const installedExtensionsSql = loadSql('installed-extensions')
const availableExtensionsSql = loadSql('available-extensions')

const installedRow = catalogRow({ name: z.string(), version: z.string() })
const availableRow = catalogRow({
  name: z.string(),
  version: z.string(),
  is_default: z.boolean(),
  is_trusted: z.boolean(),
})

/** An extension of a database and its version. */
export type InstalledExtension = z.infer<typeof installedRow>
/** A version of an extension that a server can install; a trusted one needs no superuser. */
export type AvailableExtension = z.infer<typeof availableRow>

/** @returns the extensions of the session's database, by name */
export async function readInstalledExtensions(session: Session): Promise<readonly InstalledExtension[]> {
  return session.rows(installedRow, installedExtensionsSql)
}

/** @returns the versions of the named extensions that the server can install */
export async function readAvailableExtensions(
  session: Session,
  names: readonly string[],
): Promise<readonly AvailableExtension[]> {
  return session.rows(availableRow, availableExtensionsSql, [names])
}
