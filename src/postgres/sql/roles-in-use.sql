-- Which roles a database cannot do without: whoever owns or was granted something in it or on it, stands in one of its
-- policies, default privileges, user mappings or settings; with the roles that are members of these, and the roles that
-- all of them are members of.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per role, by name, without PostgreSQL's own (pg_...)
-- Source: https://www.postgresql.org/docs/current/catalog-pg-shdepend.html
WITH RECURSIVE used AS (
  SELECT s.refobjid AS oid
    FROM pg_catalog.pg_shdepend AS s
    JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
   WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
     AND (s.dbid = d.oid OR (s.dbid = 0 AND s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = d.oid))
  UNION
  SELECT d.datdba FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()
  UNION
  SELECT c.setrole
    FROM pg_catalog.pg_db_role_setting AS c
    JOIN pg_catalog.pg_database AS d ON d.oid = c.setdatabase AND d.datname = pg_catalog.current_database()
   WHERE c.setrole <> 0
  UNION
  -- The role that made the cluster has no entries in pg_shdepend.
  SELECT n.nspowner FROM pg_catalog.pg_namespace AS n WHERE n.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'flytt_migration'
  UNION
  SELECT c.relowner
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'flytt_migration'
  UNION
  SELECT p.proowner FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
), members AS (
  SELECT u.oid FROM used AS u
  UNION
  SELECT m.member FROM members AS r JOIN pg_catalog.pg_auth_members AS m ON m.roleid = r.oid
), groups AS (
  SELECT r.oid FROM members AS r
  UNION
  SELECT m.roleid FROM groups AS g JOIN pg_catalog.pg_auth_members AS m ON m.member = g.oid
)
SELECT r.rolname::text AS name
  FROM groups AS g
  JOIN pg_catalog.pg_roles AS r ON r.oid = g.oid
 WHERE r.rolname !~ '^pg_'
 ORDER BY r.rolname;
