-- Who may do what with each schema that is not the system's, PostgreSQL's defaults spelled out.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per schema and right; grantee empty for PUBLIC
-- Source: https://www.postgresql.org/docs/current/ddl-priv.html
SELECT n.nspname::text AS schema,
       pg_catalog.pg_get_userbyid(a.grantor)::text AS grantor,
       CASE a.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee,
       a.privilege_type AS privilege,
       a.is_grantable
  FROM pg_catalog.pg_namespace AS n
 CROSS JOIN pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) AS a
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, grantor, grantee, privilege;
