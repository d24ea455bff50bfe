-- Which constraints hold for new rows only.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per NOT VALID constraint
-- Source: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
SELECT n.nspname::text AS schema,
       c.relname::text AS table_name,
       k.conname::text AS name
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE NOT k.convalidated
 ORDER BY schema, table_name, name;
