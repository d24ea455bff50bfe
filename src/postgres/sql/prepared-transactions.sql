-- Which transactions are prepared and wait for their COMMIT PREPARED, in any database.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per prepared transaction; age_seconds since it was prepared
-- Source: https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html
SELECT gid,
       database::text AS database,
       owner::text AS owner,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - prepared)::int AS age_seconds
  FROM pg_catalog.pg_prepared_xacts
 ORDER BY prepared;
