-- Which sequences a database has, Flytt's own and temporary ones left out.
-- Runs on: publisher. Needs: nothing special. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: a row per sequence, by schema and name
-- Source: https://www.postgresql.org/docs/current/catalog-pg-sequence.html
SELECT n.nspname AS schema_name,
       c.relname AS sequence_name
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'S'
   AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> $1::text
 ORDER BY schema_name, sequence_name
