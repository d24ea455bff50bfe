-- The stored passwords (SCRAM verifiers, md5 hashes) of some roles. The one query whose answer is secret.
-- Runs on: source. Needs: superuser. Since: PostgreSQL 14.
-- $1::text[]  names of roles
-- Returns: one row per role that has a password
-- Source: https://www.postgresql.org/docs/current/catalog-pg-authid.html
SELECT a.rolname::text AS name, a.rolpassword AS secret
  FROM pg_catalog.pg_authid AS a
 WHERE a.rolname::text = ANY ($1::text[]) AND a.rolpassword IS NOT NULL
 ORDER BY a.rolname;
