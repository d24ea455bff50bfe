-- Which tables are compared row by row: permanent ordinary tables and leaf partitions, with their columns and key.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: one row per table, largest first; columns as JSON of name and form (value, text or bytes: how it is hashed);
--          key names the columns of the primary key or of the replica identity index, empty when there is none
-- Source: https://www.postgresql.org/docs/current/catalog-pg-attribute.html
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       c.reltuples::float8 AS estimated_rows,
       coalesce((
         SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                  'name', a.attname,
                  'form', CASE
                    WHEN NOT coalesce(l.collisdeterministic, true) THEN 'bytes'
                    -- Equal values of other types may be written differently (1.5 and 1.50), or hash by OID (enums).
                    WHEN a.atttypid IN ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'text'::regtype,
                                        'varchar'::regtype, 'name'::regtype, 'bytea'::regtype, 'date'::regtype, 'time'::regtype,
                                        'timestamp'::regtype, 'timestamptz'::regtype, 'uuid'::regtype) THEN 'value'
                    ELSE 'text' END)
                ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute AS a
           LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
       coalesce((
         SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.position)
           FROM (SELECT i.indkey FROM pg_catalog.pg_index AS i
                  WHERE i.indrelid = c.oid AND i.indisvalid AND (i.indisprimary OR i.indisreplident)
                  ORDER BY i.indisprimary DESC LIMIT 1) AS x
          CROSS JOIN pg_catalog.unnest(x.indkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum), '{}') AS key
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r'
   AND c.relpersistence = 'p'
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> $1::text
   AND NOT EXISTS (
         SELECT
           FROM pg_catalog.pg_depend AS d
           JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_catalog.pg_class'::regclass
            AND d.objid = c.oid
            AND d.deptype = 'e'
            AND NOT coalesce(c.oid = ANY (e.extconfig), false))
 ORDER BY pg_catalog.pg_table_size(c.oid) DESC, schema, name;
