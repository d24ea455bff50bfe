-- Which materialized views there are, whether they hold rows, and on which others they are built, through views too.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per materialized view, by name; needs names (schema.name, quoted) of materialized views
-- Source: https://www.postgresql.org/docs/current/catalog-pg-depend.html
WITH RECURSIVE edge AS (
  SELECT r.ev_class AS view, d.refobjid AS relation
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_depend AS d
      ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
), reach AS (
  SELECT e.view, e.relation FROM edge AS e
  UNION
  SELECT p.view, e.relation
    FROM reach AS p
    JOIN pg_catalog.pg_class AS v ON v.oid = p.relation AND v.relkind = 'v'
    JOIN edge AS e ON e.view = p.relation
), matview AS (
  SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relispopulated AS is_populated
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE c.relkind = 'm'
)
SELECT m.name,
       m.is_populated,
       coalesce((SELECT pg_catalog.array_agg(DISTINCT o.name ORDER BY o.name)
                   FROM reach AS p JOIN matview AS o ON o.oid = p.relation
                  WHERE p.view = m.oid), '{}') AS needs
  FROM matview AS m
 ORDER BY m.name;
