-- What the server is set to.
-- Runs on: either. Needs: nothing (pg_read_all_settings for a few). Since: PostgreSQL 14.
-- $1::text[]  names of settings; one this version does not know gives no row
-- Returns: a row per setting; setting is in unit (null: none), is_restart_pending when a change waits for a restart
-- Source: https://www.postgresql.org/docs/current/view-pg-settings.html
SELECT name, setting, unit, pending_restart AS is_restart_pending
  FROM pg_catalog.pg_settings
 WHERE name = ANY ($1::text[])
 ORDER BY name;
