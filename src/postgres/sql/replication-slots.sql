-- Which replication slots the server has, and how much WAL each keeps.
-- Runs on: publisher. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per slot; database is null for a physical one; retained_bytes is null when nothing is kept
-- Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
SELECT slot_name::text AS name,
       slot_type AS type,
       database::text AS database,
       active AS is_active,
       wal_status,
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)::bigint AS retained_bytes
  FROM pg_catalog.pg_replication_slots
 ORDER BY slot_name;
