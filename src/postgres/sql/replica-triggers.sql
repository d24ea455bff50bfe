-- Which triggers fire for replicated rows too.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per trigger that is ENABLE ALWAYS or ENABLE REPLICA
-- Source: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER
SELECT n.nspname::text AS schema,
       c.relname::text AS table_name,
       t.tgname::text AS name
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'R')
 ORDER BY schema, table_name, name;
