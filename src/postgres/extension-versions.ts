import { z } from 'zod'
import type { Session } from './connection.ts'
import { quoteLiteral } from './quote.ts'
import { loadSql } from './sql.ts'
import { readTokens } from './sql-token.ts'

const installedExtensions = loadSql('installed-extensions')
const offeredExtensionVersions = loadSql('offered-extension-versions')
const extensionRow = z.object({ name: z.string(), version: z.string() })

/** An extension and its version. */
export type ExtensionVersion = z.infer<typeof extensionRow>

/** @returns the extensions of a database, by name */
export async function readExtensions(session: Session): Promise<ExtensionVersion[]> {
  return session.rows(extensionRow, installedExtensions)
}

/** @returns every version of the named extensions that a server could install */
export async function readOfferedVersions(session: Session, names: readonly string[]): Promise<ExtensionVersion[]> {
  return session.rows(extensionRow, offeredExtensionVersions, [names])
}

/**
 * Adds the source's version to pg_dump's `CREATE EXTENSION`, which asks for the target's default one.
 *
 * @param sql - any statement of a dump
 * @returns the statement to run; `note` says when the target does not offer the source's version, otherwise null
 */
export function pinExtensionVersion(
  sql: string,
  installed: readonly ExtensionVersion[],
  offered: readonly ExtensionVersion[],
): { readonly sql: string; readonly note: string | null } {
  const [create, extension, , , , name] = readTokens(sql, 6).map(({ text }) => text)
  if (create !== 'CREATE' || extension !== 'EXTENSION' || name === undefined) return { sql, note: null }
  const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
  const version = installed.find((each) => each.name === plain)?.version
  if (version === undefined) return { sql, note: null }
  if (!offered.some((each) => each.name === plain && each.version === version)) {
    return { sql, note: `Extension ${plain}: the target does not offer version ${version}; it gets its default version.` }
  }
  return { sql: sql.replace(/;\s*$/, ` VERSION ${quoteLiteral(version)};`), note: null }
}
