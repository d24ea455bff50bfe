-- Which tables show each role only some of their rows.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per table with row-level security switched on
-- Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
SELECT n.nspname::text AS schema,
       c.relname::text AS name
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relrowsecurity AND c.relkind IN ('r', 'p')
 ORDER BY schema, name;
