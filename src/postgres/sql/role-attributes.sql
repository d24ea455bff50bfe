-- What some roles are and may do, without their passwords.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of roles
-- Returns: one row per role that exists, by name; valid_until and comment null when there is none
-- Source: https://www.postgresql.org/docs/current/view-pg-roles.html
SELECT r.rolname::text AS name,
       r.rolsuper AS is_superuser,
       r.rolinherit AS inherits,
       r.rolcreaterole AS creates_roles,
       r.rolcreatedb AS creates_databases,
       r.rolcanlogin AS logs_in,
       r.rolreplication AS replicates,
       r.rolbypassrls AS bypasses_rls,
       r.rolconnlimit AS connection_limit,
       r.rolvaliduntil::text AS valid_until,
       pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname::text = ANY ($1::text[])
 ORDER BY r.rolname;
