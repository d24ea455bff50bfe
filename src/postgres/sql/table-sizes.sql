-- How big each ordinary table and partition leaf is.
-- Runs on: publisher. Needs: nothing special. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: a row per table; bytes bigint >= 0 with TOAST, without indexes; estimated_rows float8, -1 when never analysed
-- Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       pg_catalog.pg_table_size(c.oid) AS bytes,
       c.reltuples::float8 AS estimated_rows
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r'
   AND c.relpersistence = 'p'
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> $1::text
 ORDER BY bytes DESC, schema_name, table_name
