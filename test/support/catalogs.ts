import { query } from './database.ts'

/** What vacuum, analyze and the transactions of anybody change by themselves. */
const BY_ITSELF = [
  'relpages',
  'reltuples',
  'relallvisible',
  'relallfrozen',
  'relfrozenxid',
  'relminmxid',
  'datfrozenxid',
  'datminmxid',
]
/** Rights as they are: no list at all means the default ones, and the order of a list means nothing. */
const RIGHTS: Readonly<Record<string, { readonly column: string; readonly all: string }>> = {
  pg_database: { column: 'datacl', all: `coalesce(t.datacl, acldefault('d', t.datdba))` },
  pg_namespace: { column: 'nspacl', all: `coalesce(t.nspacl, acldefault('n', t.nspowner))` },
}
const NOT_COMPARED = ['pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject']

/**
 * Reads everything a server's catalogs say of a database, and of the server: roles, slots, settings.
 *
 * @returns a hash per catalog: the same one means that nothing was made, dropped or changed
 */
export async function readCatalogs(url: string): Promise<Readonly<Record<string, string>>> {
  const catalogs = await query<{ name: string }>(
    url,
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND relname <> ALL ($1) ORDER BY 1`,
    [NOT_COMPARED],
  )
  const hashes = catalogs.map(({ name }) => {
    const rights = RIGHTS[name]
    const less = [...BY_ITSELF, ...(rights === undefined ? [] : [rights.column])].map((column) => `'${column}'`)
    const more =
      rights === undefined
        ? `''`
        : `(SELECT coalesce(string_agg(a::text, ' ' ORDER BY a::text), '') FROM aclexplode(${rights.all}) AS a)`
    return `SELECT '${name}' AS what, md5(string_agg(row, ',' ORDER BY row)) AS hash
              FROM (SELECT (to_jsonb(t) - ARRAY[${less.join(', ')}])::text || ${more} AS row FROM pg_catalog.${name} AS t) AS rows`
  })
  const outside = [
    `SELECT 'slots', string_agg(slot_name, ',' ORDER BY slot_name) FROM pg_replication_slots`,
    `SELECT 'prepared', string_agg(gid, ',' ORDER BY gid) FROM pg_prepared_xacts`,
    `SELECT 'settings', md5(string_agg(name || '=' || setting, ',' ORDER BY name)) FROM pg_settings WHERE context IN ('postmaster', 'sighup')`,
  ]
  const rows = await query<{ what: string; hash: string | null }>(url, [...hashes, ...outside].join(' UNION ALL '))
  return Object.fromEntries(rows.map(({ what, hash }) => [what, hash ?? '']))
}
