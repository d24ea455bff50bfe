-- What some roles are, which roles they are members of, and whether they own something in this database.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of roles
-- Returns: a row per role that exists; member_of names the roles it is a direct member of
-- Source: https://www.postgresql.org/docs/current/view-pg-roles.html
WITH owner AS (
  SELECT d.datdba AS oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()
  UNION
  SELECT c.relowner
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION
  SELECT p.proowner
    FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION
  SELECT s.refobjid
    FROM pg_catalog.pg_shdepend AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
   WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype = 'o'
     AND d.datname = pg_catalog.current_database()
)
SELECT r.rolname::text AS name,
       r.rolcanlogin AS can_login,
       r.rolsuper AS is_superuser,
       r.rolreplication AS can_replicate,
       r.rolbypassrls AS bypasses_row_security,
       r.rolcreaterole AS can_create_roles,
       r.rolcreatedb AS can_create_databases,
       r.rolinherit AS inherits,
       r.oid IN (SELECT oid FROM owner) AS is_owner,
       coalesce((
         SELECT pg_catalog.array_agg(g.rolname::text ORDER BY g.rolname)
           FROM pg_catalog.pg_auth_members AS m
           JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
          WHERE m.member = r.oid), '{}') AS member_of
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname = ANY ($1::text[])
 ORDER BY r.rolname;
