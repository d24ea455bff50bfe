-- Which columns hold identifiers that mean something else on another server.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per column of type oid, reg*, xid, xid8, cid or tid
-- Source: https://www.postgresql.org/docs/current/datatype-oid.html
SELECT n.nspname::text AS schema,
       c.relname::text AS table_name,
       a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND a.attnum > 0 AND NOT a.attisdropped
   AND t.typnamespace = 'pg_catalog'::regnamespace
   AND t.typname IN ('oid', 'regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper',
                     'regoperator', 'regproc', 'regprocedure', 'regrole', 'regtype', 'xid', 'xid8', 'cid', 'tid')
 ORDER BY schema, table_name, name;
