import { query } from './database.ts'

/** Rights as they are, whether they stand there or are the default. */
const rights = (
  acl: string,
  kind: string,
  owner: string,
) => `(SELECT coalesce(string_agg(right_, ',' ORDER BY right_), '')
  FROM (SELECT grantee::regrole || '=' || privilege_type || is_grantable AS right_
          FROM aclexplode(coalesce(${acl}, acldefault(${kind}, ${owner})))) AS each)`

/** What a person would list to see whether a database is as it was: one line per object, right, setting and comment. */
const LINES = `
  SELECT 'schema ' || nspname || ' ' || nspowner::regrole || ' ' || ${rights('nspacl', "'n'", 'nspowner')} AS line
    FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
  UNION ALL SELECT c.relkind::text || ' ' || c.oid::regclass || ' ' || c.relowner::regrole || ' ' || ${rights('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')}
    FROM pg_class AS c WHERE c.relnamespace::regnamespace::text NOT LIKE 'pg\\_%' AND c.relnamespace <> 'information_schema'::regnamespace
  UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc AS p
    WHERE p.pronamespace::regnamespace::text NOT LIKE 'pg\\_%' AND p.pronamespace <> 'information_schema'::regnamespace
  UNION ALL SELECT 'type ' || t.oid::regtype FROM pg_type AS t
    WHERE t.typnamespace::regnamespace::text NOT LIKE 'pg\\_%' AND t.typnamespace <> 'information_schema'::regnamespace
  UNION ALL SELECT 'extension ' || extname || ' ' || extversion FROM pg_extension
  UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
  UNION ALL SELECT 'default rights ' || defaclrole::regrole || ' ' || defaclacl::text FROM pg_default_acl
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'subscription ' || subname FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid WHERE d.datname = current_database()
  UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
  UNION ALL SELECT 'database ' || datdba::regrole || ' ' || datconnlimit || ' ' || ${rights('datacl', "'d'", 'datdba')}
                || ' ' || coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = current_database()
  UNION ALL SELECT 'setting ' || setrole || ' ' || setconfig::text FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
    WHERE d.datname = current_database()`

/** @returns everything of the catalog that a migration could leave changed, in order */
export async function describeCatalog(url: string): Promise<readonly string[]> {
  const rows = await query<{ line: string }>(url, `SET search_path = ''; ${LINES} ORDER BY 1`)
  return rows.map(({ line }) => line)
}

/** @returns what belongs to the whole server: its roles and their memberships */
export async function describeRoles(url: string): Promise<readonly string[]> {
  const rows = await query<{ line: string }>(
    url,
    `SELECT 'role ' || rolname AS line FROM pg_roles UNION ALL
     SELECT 'member ' || member::regrole || ' of ' || roleid::regrole FROM pg_auth_members ORDER BY 1`,
  )
  return rows.map(({ line }) => line)
}
