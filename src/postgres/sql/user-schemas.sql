-- Which schemas a database has beside the system's, public, and those of extensions.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per schema
-- Source: https://www.postgresql.org/docs/current/catalog-pg-namespace.html
SELECT n.nspname::text AS name
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
      WHERE e.classid = 'pg_catalog.pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
 ORDER BY n.nspname;
