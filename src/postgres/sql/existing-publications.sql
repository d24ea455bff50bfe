-- Which publications the database has.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per publication
-- Source: https://www.postgresql.org/docs/current/catalog-pg-publication.html
SELECT pubname::text AS name
  FROM pg_catalog.pg_publication
 ORDER BY pubname;
