-- By what each table's rows can be told apart when an UPDATE or DELETE is replicated.
-- Runs on: source. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per ordinary table, a leaf partition included; identity is key, index, full or none; changes counts
--          updated and deleted rows since the statistics began, null when they were never kept; candidate_index could be
--          the identity; without_equality names columns that a FULL identity cannot compare
-- Source: https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
WITH usable AS (
  SELECT i.indrelid, i.indexrelid, i.indisprimary, i.indisreplident, i.indnkeyatts
    FROM pg_catalog.pg_index AS i
   WHERE i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
     AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)
)
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       CASE
         WHEN c.relreplident = 'f' THEN 'full'
         WHEN c.relreplident = 'i' AND EXISTS (
           SELECT FROM usable AS u WHERE u.indrelid = c.oid AND u.indisreplident) THEN 'index'
         WHEN c.relreplident = 'd' AND EXISTS (
           SELECT FROM usable AS u WHERE u.indrelid = c.oid AND u.indisprimary) THEN 'key'
         ELSE 'none'
       END AS identity,
       CASE
         WHEN c.relreplident = 'n' THEN 'its replica identity is NOTHING'
         WHEN c.relreplident = 'i' THEN 'the index of its replica identity is gone or not valid'
         WHEN EXISTS (
           SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate
         ) THEN 'its primary key is deferrable'
         WHEN EXISTS (
           SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = c.oid AND NOT c.relispartition
         ) THEN 'it has no primary key of its own, and a child table does not inherit one'
         ELSE 'it has no primary key'
       END AS reason_without,
       (SELECT x.relname::text
          FROM usable AS u
          JOIN pg_catalog.pg_class AS x ON x.oid = u.indexrelid
         WHERE u.indrelid = c.oid
         ORDER BY u.indnkeyatts, x.relname
         LIMIT 1) AS candidate_index,
       (SELECT s.n_tup_upd + s.n_tup_del FROM pg_catalog.pg_stat_all_tables AS s WHERE s.relid = c.oid)::bigint AS changes,
       coalesce((
         SELECT pg_catalog.array_agg(a.attname::text || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute AS a
           JOIN pg_catalog.pg_type AS declared ON declared.oid = a.atttypid
           JOIN pg_catalog.pg_type AS base ON base.oid = coalesce(nullif(declared.typbasetype, 0), declared.oid)
           JOIN pg_catalog.pg_type AS t
             ON t.oid = CASE WHEN base.typcategory = 'A' AND base.typelem <> 0 THEN base.typelem ELSE base.oid END
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND t.typtype NOT IN ('e', 'r', 'm', 'c')
            AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_opclass AS o
                JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod
               WHERE m.amname IN ('btree', 'hash') AND o.opcdefault
                 AND (o.opcintype = t.oid OR o.opcintype = t.typbasetype OR EXISTS (
                   SELECT FROM pg_catalog.pg_cast AS k
                    WHERE k.castsource = t.oid AND k.casttarget = o.opcintype
                      AND k.castmethod = 'b' AND k.castcontext = 'i')))
       ), '{}') AS without_equality
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence = 'p'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
       JOIN pg_catalog.pg_extension AS x ON x.oid = e.refobjid
      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        AND NOT coalesce(c.oid = ANY (x.extconfig), false))
 ORDER BY schema, name;
