-- Which of some roles the server has, and whether the session's role may hand objects to them (before 16).
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of roles
-- Returns: a row per role that exists
-- Source: https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-ACCESS
SELECT r.rolname::text AS name,
       r.rolcanlogin AS can_login,
       pg_catalog.pg_has_role(r.oid, 'MEMBER') AS can_become
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname = ANY ($1::text[])
 ORDER BY r.rolname;
