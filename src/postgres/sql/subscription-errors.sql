-- How often applying and synchronizing failed since the subscription was made.
-- Runs on: subscriber. Needs: nothing special. Since: PostgreSQL 15.
-- $1::name  subscription name
-- Returns: one row, or none when there is no such subscription; both counts bigint >= 0
-- Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-SUBSCRIPTION-STATS
SELECT s.apply_error_count,
       s.sync_error_count
  FROM pg_catalog.pg_stat_subscription_stats AS s
 WHERE s.subname = $1::name
