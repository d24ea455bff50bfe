-- What somebody made in a database, as DROP names it: schemas, extensions, what stands outside schemas, and what stands in
-- them without belonging to something else there.
-- Runs on: target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per object; kind and identity as pg_identify_object gives them; schema null outside schemas
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-OBJECT
WITH object AS (
  SELECT n.tableoid AS class, n.oid, 0::oid AS namespace FROM pg_catalog.pg_namespace AS n WHERE n.nspname !~ '^pg_'
  UNION ALL SELECT e.tableoid, e.oid, 0 FROM pg_catalog.pg_extension AS e
  UNION ALL SELECT l.tableoid, l.oid, 0 FROM pg_catalog.pg_language AS l
  UNION ALL SELECT a.tableoid, a.oid, 0 FROM pg_catalog.pg_am AS a
  UNION ALL SELECT c.tableoid, c.oid, 0 FROM pg_catalog.pg_cast AS c
  UNION ALL SELECT t.tableoid, t.oid, 0 FROM pg_catalog.pg_transform AS t
  UNION ALL SELECT t.tableoid, t.oid, 0 FROM pg_catalog.pg_event_trigger AS t
  UNION ALL SELECT f.tableoid, f.oid, 0 FROM pg_catalog.pg_foreign_data_wrapper AS f
  UNION ALL SELECT s.tableoid, s.oid, 0 FROM pg_catalog.pg_foreign_server AS s
  UNION ALL SELECT c.tableoid, c.oid, c.relnamespace FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  UNION ALL SELECT t.tableoid, t.oid, t.typnamespace FROM pg_catalog.pg_type AS t WHERE t.typtype IN ('b', 'd', 'e', 'r', 'p') AND t.typelem = 0
  UNION ALL SELECT p.tableoid, p.oid, p.pronamespace FROM pg_catalog.pg_proc AS p
  UNION ALL SELECT o.tableoid, o.oid, o.oprnamespace FROM pg_catalog.pg_operator AS o
  UNION ALL SELECT c.tableoid, c.oid, c.opcnamespace FROM pg_catalog.pg_opclass AS c
  UNION ALL SELECT f.tableoid, f.oid, f.opfnamespace FROM pg_catalog.pg_opfamily AS f
  UNION ALL SELECT c.tableoid, c.oid, c.collnamespace FROM pg_catalog.pg_collation AS c
  UNION ALL SELECT c.tableoid, c.oid, c.connamespace FROM pg_catalog.pg_conversion AS c
  UNION ALL SELECT c.tableoid, c.oid, c.cfgnamespace FROM pg_catalog.pg_ts_config AS c
  UNION ALL SELECT d.tableoid, d.oid, d.dictnamespace FROM pg_catalog.pg_ts_dict AS d
  UNION ALL SELECT p.tableoid, p.oid, p.prsnamespace FROM pg_catalog.pg_ts_parser AS p
  UNION ALL SELECT t.tableoid, t.oid, t.tmplnamespace FROM pg_catalog.pg_ts_template AS t
)
SELECT i.type AS kind, i.identity, n.nspname::text AS schema
  FROM object AS o
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
 CROSS JOIN pg_catalog.pg_identify_object(o.class, o.oid, 0) AS i
 WHERE o.oid >= 16384
   AND (n.nspname IS NULL OR (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS d
      WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
 ORDER BY i.type, i.identity;
