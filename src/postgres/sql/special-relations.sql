-- Which relations replication does not carry like a table.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per unlogged table, foreign table and materialized view
-- Source: https://www.postgresql.org/docs/current/logical-replication-restrictions.html
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       CASE c.relkind WHEN 'f' THEN 'foreign' WHEN 'm' THEN 'matview' ELSE 'unlogged' END AS kind
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE (c.relkind IN ('f', 'm') OR (c.relkind = 'r' AND c.relpersistence = 'u'))
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY kind, schema, name;
