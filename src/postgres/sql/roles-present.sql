-- Which of some roles the server has, and whether the session's role may hand objects to them.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 16.
-- $1::text[]  names of roles
-- Returns: a row per role that exists
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
SELECT r.rolname::text AS name,
       r.rolcanlogin AS can_login,
       pg_catalog.pg_has_role(r.oid, 'SET') AS can_become
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname = ANY ($1::text[])
 ORDER BY r.rolname;
