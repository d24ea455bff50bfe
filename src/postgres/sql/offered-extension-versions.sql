-- Which versions of some extensions a server could install.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of extensions
-- Returns: one row per name and version; none for an extension the server does not have
-- Source: https://www.postgresql.org/docs/current/view-pg-available-extension-versions.html
SELECT v.name::text AS name, v.version
  FROM pg_catalog.pg_available_extension_versions AS v
 WHERE v.name::text = ANY ($1::text[])
 ORDER BY v.name, v.version;
