-- Which collations sort otherwise than when their indexes were built.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per collation whose library version changed; the database's own is called default
-- Source: https://www.postgresql.org/docs/current/sql-altercollation.html#SQL-ALTERCOLLATION-NOTES
SELECT collname::text AS name,
       recorded,
       actual
  FROM (
    SELECT c.collname,
           CASE WHEN c.collprovider = 'd' THEN pg_catalog.to_jsonb(d) ->> 'datcollversion' ELSE c.collversion END AS recorded,
           pg_catalog.pg_collation_actual_version(c.oid) AS actual
      FROM pg_catalog.pg_collation AS c
     CROSS JOIN pg_catalog.pg_database AS d
     WHERE d.datname = pg_catalog.current_database()
  ) AS version
 WHERE recorded <> actual
 ORDER BY name;
