-- Which client sessions a database has, besides the given ones.
-- Runs on: publisher. Needs: pg_monitor for the details. Since: PostgreSQL 14.
-- $1::name    database
-- $2::int4[]  process ids to leave out (Flytt's own)
-- Returns: a row per session; walsenders and workers are none
-- Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
SELECT a.pid,
       a.usename::text AS role_name,
       coalesce(a.application_name, '') AS application_name
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.datname = $1::name
   AND a.backend_type = 'client backend'
   AND a.pid <> ALL ($2::int4[])
 ORDER BY a.pid
