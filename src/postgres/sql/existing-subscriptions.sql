-- Which subscriptions the database has; without their connection strings.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per subscription
-- Source: https://www.postgresql.org/docs/current/catalog-pg-subscription.html
SELECT s.subname::text AS name,
       s.subenabled AS is_enabled
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY s.subname;
