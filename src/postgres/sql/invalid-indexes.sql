-- Which indexes are not valid, and so are left out of a dump.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per index
-- Source: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
SELECT n.nspname::text AS schema,
       x.relname::text AS name
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = x.relnamespace
 WHERE NOT i.indisvalid AND n.nspname !~ '^pg_'
 ORDER BY schema, name;
