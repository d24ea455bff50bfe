-- Which extensions a database has, and in which version.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per extension, by name; both columns text
-- Source: https://www.postgresql.org/docs/current/catalog-pg-extension.html
SELECT e.extname::text AS name, e.extversion AS version
  FROM pg_catalog.pg_extension AS e
 ORDER BY e.extname;
