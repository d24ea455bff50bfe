-- What a database holds that no fresh database has.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per relation, function and type outside the system's schemas that no extension brought
-- Source: https://www.postgresql.org/docs/current/catalogs-overview.html
WITH object AS (
  SELECT 'pg_catalog.pg_class'::regclass::oid AS class, c.oid, c.relnamespace AS namespace, c.relname::text AS name,
         CASE c.relkind
           WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
           WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'type'
         END AS kind
    FROM pg_catalog.pg_class AS c
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relpersistence <> 't'
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::regclass::oid, p.oid, p.pronamespace, p.proname::text, 'function'
    FROM pg_catalog.pg_proc AS p
  UNION ALL
  SELECT 'pg_catalog.pg_type'::regclass::oid, t.oid, t.typnamespace, t.typname::text, 'type'
    FROM pg_catalog.pg_type AS t
   WHERE t.typtype IN ('e', 'd', 'r')
)
SELECT n.nspname::text AS schema, o.name, o.kind
  FROM object AS o
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
 ORDER BY o.kind, schema, o.name;
