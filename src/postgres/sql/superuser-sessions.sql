-- Who works in this database as a superuser.
-- Runs on: source. Needs: pg_monitor to see all. Since: PostgreSQL 14.
-- Returns: a row per role and application, other than Flytt's own sessions
-- Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
SELECT a.usename::text AS role,
       a.application_name,
       count(*)::int AS sessions
  FROM pg_catalog.pg_stat_activity AS a
  JOIN pg_catalog.pg_roles AS r ON r.oid = a.usesysid
 WHERE r.rolsuper AND a.backend_type = 'client backend' AND a.datname = pg_catalog.current_database()
   AND a.pid <> pg_catalog.pg_backend_pid() AND a.application_name !~ '^flytt'
 GROUP BY a.usename, a.application_name
 ORDER BY role, application_name;
