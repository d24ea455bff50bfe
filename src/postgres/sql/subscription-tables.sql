-- How far the initial table synchronization of each subscribed table is.
-- Runs on: subscriber. Needs: nothing special. Since: PostgreSQL 14.
-- $1::name  subscription name
-- Returns: a row per table; state i d f s r (pg_subscription_rel); rows_copied bigint >= 0 of the COPY that runs, null when none runs
-- Source: https://www.postgresql.org/docs/current/catalog-pg-subscription-rel.html
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       r.srsubstate AS state,
       p.tuples_processed AS rows_copied,
       p.bytes_processed AS bytes_copied
  FROM pg_catalog.pg_subscription_rel AS r
  JOIN pg_catalog.pg_subscription AS s ON s.oid = r.srsubid
  JOIN pg_catalog.pg_class AS c ON c.oid = r.srrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_progress_copy AS p ON p.relid = r.srrelid AND p.command = 'COPY FROM'
 WHERE s.subname = $1::name
 ORDER BY schema_name, table_name
