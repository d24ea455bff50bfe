-- Which tables of the database a role may not read.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- $1::text  role name, which exists
-- Returns: a row per table, none when all can be read
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
SELECT n.nspname::text AS schema,
       c.relname::text AS name
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
       JOIN pg_catalog.pg_extension AS x ON x.oid = e.refobjid
      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        AND NOT coalesce(c.oid = ANY (x.extconfig), false))
   AND NOT (pg_catalog.has_table_privilege($1::text, c.oid, 'SELECT')
            AND pg_catalog.has_schema_privilege($1::text, n.oid, 'USAGE'))
 ORDER BY schema, name;
