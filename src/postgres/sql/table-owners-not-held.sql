-- Whose tables the session's role may not act for, though only an owner may publish a table.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per owner with one of its tables, none when the role owns or is a member of all owners
-- Source: https://www.postgresql.org/docs/current/logical-replication-security.html
SELECT pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       count(*)::int AS tables,
       min(n.nspname || '.' || c.relname) AS example
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
       JOIN pg_catalog.pg_extension AS x ON x.oid = e.refobjid
      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        AND NOT coalesce(c.oid = ANY (x.extconfig), false))
   AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
 GROUP BY c.relowner
 ORDER BY owner;
