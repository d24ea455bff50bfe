-- How many tables, partitioned tables and sequences are to be moved, and how big they are.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; table_bytes includes indexes and TOAST
-- Source: https://www.postgresql.org/docs/current/catalog-pg-class.html
SELECT (count(*) FILTER (WHERE c.relkind = 'r'))::int AS tables,
       (count(*) FILTER (WHERE c.relkind = 'r' AND c.relispartition))::int AS partitions,
       (count(*) FILTER (WHERE c.relkind = 'p'))::int AS partitioned_tables,
       (count(*) FILTER (WHERE c.relkind = 'S'))::int AS sequences,
       coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)) FILTER (WHERE c.relkind = 'r'), 0)::bigint AS table_bytes
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema';
