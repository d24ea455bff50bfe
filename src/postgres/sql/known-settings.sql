-- Which configuration parameters a server knows.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per parameter, by name
-- Source: https://www.postgresql.org/docs/current/view-pg-settings.html
SELECT s.name FROM pg_catalog.pg_settings AS s ORDER BY s.name;
