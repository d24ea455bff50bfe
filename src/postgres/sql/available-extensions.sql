-- Which versions of some extensions the server can install.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of extensions
-- Returns: a row per version; is_default for the one that CREATE EXTENSION takes; is_trusted when no superuser is needed
-- Source: https://www.postgresql.org/docs/current/view-pg-available-extension-versions.html
SELECT v.name::text AS name,
       v.version,
       v.version = e.default_version AS is_default,
       v.trusted AS is_trusted
  FROM pg_catalog.pg_available_extension_versions AS v
  JOIN pg_catalog.pg_available_extensions AS e ON e.name = v.name
 WHERE v.name = ANY ($1::text[])
 ORDER BY v.name, v.version;
