-- Which tables the session's own role may update, a few of them.
-- Runs on: both. Needs: nothing special. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: at most three rows
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       a.attname AS column_name
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN LATERAL (
         SELECT att.attname
           FROM pg_catalog.pg_attribute AS att
          WHERE att.attrelid = c.oid
            AND att.attnum > 0
            AND NOT att.attisdropped
            AND att.attgenerated = ''
            AND att.attidentity <> 'a'
            AND pg_catalog.has_column_privilege(c.oid, att.attnum, 'UPDATE')
          ORDER BY att.attnum
          LIMIT 1) AS a ON true
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence = 'p'
   AND NOT c.relispartition
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> $1::text
   AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
 ORDER BY schema_name, table_name
 LIMIT 3
