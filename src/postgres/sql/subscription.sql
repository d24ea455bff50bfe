-- Whether a subscription exists in this database and is enabled.
-- Runs on: subscriber. Needs: nothing special. Since: PostgreSQL 14.
-- $1::name  subscription name
-- Returns: one row, or none when there is no such subscription
-- Source: https://www.postgresql.org/docs/current/catalog-pg-subscription.html
SELECT s.oid::text AS oid,
       s.subenabled AS enabled,
       s.subslotname::text AS slot_name
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
   AND s.subname = $1::name
