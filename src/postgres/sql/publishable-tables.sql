-- Which tables can be published: permanent ordinary tables and partition roots, with their sizes.
-- Runs on: publisher. Needs: nothing special. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: a row per table; bytes bigint >= 0 with TOAST and partitions, without indexes; estimated_rows float8, -1 when never analysed
-- Source: https://www.postgresql.org/docs/current/sql-createpublication.html
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       (SELECT coalesce(sum(pg_catalog.pg_table_size(part.relid)), 0)
          FROM pg_catalog.pg_partition_tree(c.oid) AS part
         WHERE part.isleaf)::bigint + CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END AS bytes,
       c.reltuples::float8 AS estimated_rows
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence = 'p'
   AND NOT c.relispartition
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> $1::text
   AND NOT EXISTS (
         SELECT 1
           FROM pg_catalog.pg_depend AS d
           JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_catalog.pg_class'::regclass
            AND d.objid = c.oid
            AND d.deptype = 'e'
            AND NOT coalesce(c.oid = ANY (e.extconfig), false))
 ORDER BY bytes DESC, schema_name, table_name
