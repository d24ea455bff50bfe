-- What ALTER DEFAULT PRIVILEGES set in a database.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per owner, schema (null for all), kind of object (r, S, f, T, n) and grantee (empty for PUBLIC)
-- Source: https://www.postgresql.org/docs/current/catalog-pg-default-acl.html
SELECT pg_catalog.pg_get_userbyid(d.defaclrole)::text AS owner,
       n.nspname::text AS schema,
       d.defaclobjtype::text AS kind,
       CASE a.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee
  FROM pg_catalog.pg_default_acl AS d
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace
  LEFT JOIN LATERAL (SELECT DISTINCT e.grantee FROM pg_catalog.aclexplode(d.defaclacl) AS e) AS a ON true
 ORDER BY owner, schema, kind, grantee;
