-- Which relations get statistics and a visibility map, largest first.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: one row per table, leaf partition, partition root (which only ANALYZE knows) and populated materialized view
-- Source: https://www.postgresql.org/docs/current/sql-vacuum.html
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'p' AS is_root
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE (c.relkind IN ('r', 'p') OR (c.relkind = 'm' AND c.relispopulated))
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> $1::text
 ORDER BY is_root, c.relpages DESC, schema, name;
