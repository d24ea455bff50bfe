-- What ALTER ROLE ... SET set for some roles in all databases.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of roles
-- Returns: one row per role and setting, in the order they were set; setting is name=value
-- Source: https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
SELECT r.rolname::text AS role, s.setting
  FROM pg_catalog.pg_db_role_setting AS c
  JOIN pg_catalog.pg_roles AS r ON r.oid = c.setrole
 CROSS JOIN pg_catalog.unnest(c.setconfig) WITH ORDINALITY AS s (setting, position)
 WHERE c.setdatabase = 0 AND r.rolname::text = ANY ($1::text[])
 ORDER BY r.rolname, s.position;
