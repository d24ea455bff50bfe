-- How much of what replication may use is in use now.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row of counts for the whole server
-- Source: https://www.postgresql.org/docs/current/logical-replication-config.html
SELECT (SELECT count(*) FROM pg_catalog.pg_replication_slots)::int AS slots,
       (SELECT count(*) FROM pg_catalog.pg_stat_replication)::int AS senders,
       (SELECT count(*) FROM pg_catalog.pg_subscription WHERE subenabled)::int AS subscriptions,
       (SELECT count(*) FROM pg_catalog.pg_replication_origin)::int AS origins;
