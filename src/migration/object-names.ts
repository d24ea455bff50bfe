/** The schema Flytt makes on both servers for its heartbeat, fence and ledger; dropped in `finish` and by `abort`. */
export const FLYTT_SCHEMA = 'flytt_migration'

/** PostgreSQL cuts longer names silently. @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
export const MAX_IDENTIFIER_BYTES = 63

/** What Flytt's own objects of one migration are called. */
export interface ObjectNames {
  readonly publication: string
  readonly subscription: string
  /** Replication slot names allow only lower-case letters, digits and underscores. */
  readonly slot: string
}

/**
 * Names the publication, subscription and slot of a migration.
 *
 * @param migrationId - `<name>-<number>`
 * @returns names of at most 63 bytes, the same for the same id
 */
export function objectNames(migrationId: string): ObjectNames {
  // The inventory allows names of 40 characters without an underscore: no two ids come to one name, and all fit.
  const base = `flytt_${migrationId.replaceAll('-', '_')}`
  return { publication: base, subscription: base, slot: base }
}
