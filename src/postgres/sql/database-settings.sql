-- What ALTER DATABASE ... SET and ALTER ROLE ... IN DATABASE ... SET set for the session's database.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per role and setting, in the order they were set; role empty for the database's own; setting is name=value
-- Source: https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
SELECT coalesce(r.rolname::text, '') AS role, s.setting
  FROM pg_catalog.pg_db_role_setting AS c
  JOIN pg_catalog.pg_database AS d ON d.oid = c.setdatabase
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = c.setrole
 CROSS JOIN pg_catalog.unnest(c.setconfig) WITH ORDINALITY AS s (setting, position)
 WHERE d.datname = pg_catalog.current_database() AND (c.setrole = 0 OR r.rolname IS NOT NULL)
 ORDER BY role, s.position;
