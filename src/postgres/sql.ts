import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'sql')

/**
 * Reads a catalog query from src/postgres/sql; call it once, at the top of the topic file.
 *
 * @param question - the file's name without `.sql`, for example `replication-lag`
 * @returns the statement, its header comment included, which an operator then sees in `pg_stat_activity`
 */
export function loadSql(question: string): string {
  return readFileSync(join(folder, `${question}.sql`), 'utf8')
    .trim()
    .replace(/;$/, '')
}
