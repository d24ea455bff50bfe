-- How a logical replication slot stands, and how far its subscriber is behind.
-- Runs on: publisher. Needs: pg_monitor. Since: PostgreSQL 14.
-- $1::name  replication slot name
-- Returns: one row, or none when the slot is missing; lag_bytes and retained_bytes bigint >= 0; wal_status null when lost long ago
-- Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
SELECT s.active,
       s.active_pid,
       s.wal_status,
       greatest(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), s.confirmed_flush_lsn), 0)::bigint AS lag_bytes,
       greatest(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn), 0)::bigint AS retained_bytes
  FROM pg_catalog.pg_replication_slots AS s
 WHERE s.slot_name = $1::name
