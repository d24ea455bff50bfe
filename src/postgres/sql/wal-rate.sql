-- How much WAL the server has written, and since when it counts.
-- Runs on: publisher. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; seconds is null when the counting never began
-- Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-VIEW
SELECT wal_bytes::bigint AS wal_bytes,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - stats_reset) AS seconds,
       pg_catalog.pg_database_size(pg_catalog.current_database()) AS database_bytes
  FROM pg_catalog.pg_stat_wal;
