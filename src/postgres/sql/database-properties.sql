-- Who owns the session's database, how many may connect, and what its comment says.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; connection_limit -1 for none; comment null when there is none
-- Source: https://www.postgresql.org/docs/current/catalog-pg-database.html
SELECT pg_catalog.pg_get_userbyid(d.datdba)::text AS owner,
       d.datconnlimit AS connection_limit,
       pg_catalog.shobj_description(d.oid, 'pg_database') AS comment
  FROM pg_catalog.pg_database AS d
 WHERE d.datname = pg_catalog.current_database();
