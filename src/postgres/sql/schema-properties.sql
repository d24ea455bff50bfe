-- Who owns each schema that is not the system's, and what its comment says.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per schema, by name; comment null when there is none
-- Source: https://www.postgresql.org/docs/current/catalog-pg-namespace.html
SELECT n.nspname::text AS name,
       pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner,
       pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname;
