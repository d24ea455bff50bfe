-- Whether two servers hash the same values the same way.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; hash as text
-- Source: https://www.postgresql.org/docs/current/xindex.html#XINDEX-HASH-SUPPORT-TABLE
SELECT pg_catalog.hash_record_extended(ROW(
         true, 7::int2, -8::int4, 9::int8, 'Blåbærsyltetøy'::text, 'x'::varchar, 'n'::name, '\x00ff'::bytea, NULL::text,
         '2024-02-29'::date, '12:34:56.789'::time, '2024-02-29 12:34:56'::timestamp, 'infinity'::timestamptz,
         '00000000-0000-4000-8000-000000000001'::uuid), 0)::text AS hash;
