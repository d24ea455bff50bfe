-- Which transactions a replication slot that is being made waits for: every one that has an xid, in any database.
-- Runs on: publisher. Needs: pg_monitor for the details. Since: PostgreSQL 14.
-- Returns: a row per transaction, oldest first; age_seconds float8 >= 0; pid null for a prepared transaction
-- Source: https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html
SELECT a.pid AS pid,
       a.usename::text AS role_name,
       a.datname::text AS database_name,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 AS age_seconds
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.backend_xid IS NOT NULL
   AND a.pid <> pg_catalog.pg_backend_pid()
UNION ALL
SELECT NULL,
       x.owner::text,
       x.database::text,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - x.prepared)::float8
  FROM pg_catalog.pg_prepared_xacts AS x
 ORDER BY age_seconds DESC NULLS LAST
