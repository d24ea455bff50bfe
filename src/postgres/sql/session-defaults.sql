-- What sessions of this database begin with: what is set for it, for roles, and for roles in it.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per setting; database and role are null where it holds for all
-- Source: https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
SELECT d.datname::text AS database,
       r.rolname::text AS role,
       pg_catalog.split_part(c.entry, '=', 1) AS name,
       pg_catalog.substr(c.entry, pg_catalog.strpos(c.entry, '=') + 1) AS setting
  FROM pg_catalog.pg_db_role_setting AS s
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (entry)
 WHERE s.setdatabase = 0 OR d.datname = pg_catalog.current_database()
 ORDER BY database NULLS FIRST, role NULLS FIRST, name;
