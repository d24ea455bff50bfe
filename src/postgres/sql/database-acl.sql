-- Who may do what with the session's database, PostgreSQL's defaults spelled out.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per right; grantee empty for PUBLIC
-- Source: https://www.postgresql.org/docs/current/ddl-priv.html
SELECT pg_catalog.pg_get_userbyid(a.grantor)::text AS grantor,
       CASE a.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee,
       a.privilege_type AS privilege,
       a.is_grantable
  FROM pg_catalog.pg_database AS d
 CROSS JOIN pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) AS a
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY grantor, grantee, privilege;
