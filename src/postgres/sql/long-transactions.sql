-- Which transactions that write have been open for long, in any database.
-- Runs on: source. Needs: pg_monitor to see those of others. Since: PostgreSQL 14.
-- $1::int  seconds
-- Returns: a row per transaction older than that; no query text, which may hold data
-- Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
SELECT pid,
       datname::text AS database,
       usename::text AS role,
       application_name,
       state,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - xact_start)::int AS age_seconds
  FROM pg_catalog.pg_stat_activity
 WHERE backend_xid IS NOT NULL
   AND xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $1::int)
 ORDER BY xact_start;
