import type { AvailableExtension, InstalledExtension } from './extensions.ts'
import { quoteLiteral } from './quote.ts'
import { readTokens } from './sql-token.ts'

/**
 * Adds the source's version to pg_dump's `CREATE EXTENSION`, which asks for the target's default one.
 *
 * @param sql - any statement of a dump
 * @param installed - the source's extensions
 * @param available - what the target can install
 * @returns the statement to run; `note` says when the target does not offer the source's version, otherwise null
 */
export function pinExtensionVersion(
  sql: string,
  installed: readonly InstalledExtension[],
  available: readonly AvailableExtension[],
): { readonly sql: string; readonly note: string | null } {
  // CREATE EXTENSION IF NOT EXISTS name WITH SCHEMA …
  const [create, extension, , , , name] = readTokens(sql, 6).map(({ text }) => text)
  if (create !== 'CREATE' || extension !== 'EXTENSION' || name === undefined) return { sql, note: null }
  const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
  const version = installed.find((each) => each.name === plain)?.version
  if (version === undefined) return { sql, note: null }
  if (!available.some((each) => each.name === plain && each.version === version)) {
    return {
      sql,
      note: `Extension ${plain}: the target does not offer version ${version}; it gets its default version there.`,
    }
  }
  return { sql: sql.replace(/;\s*$/, ` VERSION ${quoteLiteral(version)};`), note: null }
}
