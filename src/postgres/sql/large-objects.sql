-- How many large objects the database holds.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row
-- Source: https://www.postgresql.org/docs/current/logical-replication-restrictions.html
SELECT count(*)::int AS count
  FROM pg_catalog.pg_largeobject_metadata;
