-- Which tablespaces of its own the database uses.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per tablespace other than pg_default and pg_global
-- Source: https://www.postgresql.org/docs/current/manage-ag-tablespaces.html
SELECT t.spcname::text AS name,
       (SELECT count(*) FROM pg_catalog.pg_class AS c WHERE c.reltablespace = t.oid)::int AS relations
  FROM pg_catalog.pg_tablespace AS t
 WHERE t.spcname !~ '^pg_'
   AND (EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.reltablespace = t.oid)
        OR EXISTS (SELECT FROM pg_catalog.pg_database AS d
                    WHERE d.datname = pg_catalog.current_database() AND d.dattablespace = t.oid))
 ORDER BY t.spcname;
