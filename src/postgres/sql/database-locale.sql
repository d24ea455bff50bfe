-- How the database encodes and sorts text.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; provider is c (libc), i (ICU) or b (builtin, 17+); locale is null for libc
-- Source: https://www.postgresql.org/docs/current/catalog-pg-database.html
SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding,
       coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') AS provider,
       d.datcollate::text AS collate,
       d.datctype::text AS ctype,
       coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locale
  FROM pg_catalog.pg_database AS d
 WHERE d.datname = pg_catalog.current_database();
