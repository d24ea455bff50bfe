-- What a schema is made of, one line per fact, so that two databases, or one at two times, can be compared.
-- Runs on: source and target. Needs: nothing; search_path must be empty. Since: PostgreSQL 14.
-- $1::text  schema to leave out (Flytt's own)
-- Returns: kind, object and definition; strict_definition holds what may rightly differ between two servers
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
WITH member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e'
), space AS (
  SELECT n.oid, n.nspname, n.nspowner, n.nspacl
    FROM pg_catalog.pg_namespace AS n
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> $1::text
), relation AS (
  SELECT c.*, c.tableoid AS class, s.nspname, pg_catalog.format('%I.%I', s.nspname, c.relname) AS name
    FROM pg_catalog.pg_class AS c
    JOIN space AS s ON s.oid = c.relnamespace
   WHERE c.relpersistence <> 't'
     AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = c.tableoid AND m.objid = c.oid)
), routine AS (
  SELECT p.*, p.tableoid AS class, pg_catalog.format('%I.%I(%s)', s.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_catalog.pg_proc AS p
    JOIN space AS s ON s.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = p.tableoid AND m.objid = p.oid)
), kind AS (
  SELECT t.*, t.tableoid AS class, pg_catalog.format('%I.%I', s.nspname, t.typname) AS name
    FROM pg_catalog.pg_type AS t
    JOIN space AS s ON s.oid = t.typnamespace
   WHERE t.typtype IN ('d', 'e', 'r', 'c')
     AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = t.tableoid AND m.objid = t.oid)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
), right_of AS (
  SELECT 'schema'::text AS kind, pg_catalog.quote_ident(s.nspname) AS object, coalesce(s.nspacl, pg_catalog.acldefault('n', s.nspowner)) AS acl FROM space AS s
  UNION ALL
  SELECT 'relation', r.name, coalesce(r.relacl, pg_catalog.acldefault((CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", r.relowner))
    FROM relation AS r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  UNION ALL
  SELECT 'column', pg_catalog.format('%s.%I', r.name, a.attname), a.attacl
    FROM relation AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT 'routine', p.name, coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) FROM routine AS p
  UNION ALL
  SELECT 'type', k.name, coalesce(k.typacl, pg_catalog.acldefault('T', k.typowner)) FROM kind AS k
  UNION ALL
  SELECT 'default', pg_catalog.concat_ws(' ', pg_catalog.pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype), d.defaclacl
    FROM pg_catalog.pg_default_acl AS d LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace
), line AS (
  SELECT 'schema' AS kind, pg_catalog.quote_ident(s.nspname) AS object, pg_catalog.pg_get_userbyid(s.nspowner)::text AS definition, '' AS strict_definition
    FROM space AS s
  UNION ALL
  SELECT 'extension', e.extname::text, e.extversion, '' FROM pg_catalog.pg_extension AS e
  UNION ALL
  SELECT 'relation', r.name,
         pg_catalog.concat_ws('|', r.relkind, r.relpersistence, r.relreplident, r.relrowsecurity, r.relforcerowsecurity, r.relispartition,
                              pg_catalog.pg_get_expr(r.relpartbound, r.oid), pg_catalog.pg_get_userbyid(r.relowner), pg_catalog.array_to_string(r.reloptions, ',')),
         CASE WHEN r.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(r.oid) ELSE '' END
    FROM relation AS r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  UNION ALL
  SELECT 'column', pg_catalog.format('%s.%I', r.name, a.attname),
         pg_catalog.concat_ws('|', pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, CASE WHEN NOT r.relispartition THEN a.attidentity END, a.attgenerated,
                              pg_catalog.pg_get_expr(d.adbin, d.adrelid), c.collname),
         -- From 17 on partitions inherit the identity.
         pg_catalog.concat_ws('|', a.attnum, a.attidentity)
    FROM relation AS r
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation AND c.collname <> 'default'
   WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
  UNION ALL
  SELECT 'constraint', pg_catalog.format('%s %I', coalesce(r.name, k.name), o.conname),
         pg_catalog.concat_ws('|', pg_catalog.pg_get_constraintdef(o.oid), o.convalidated), ''
    FROM pg_catalog.pg_constraint AS o
    LEFT JOIN relation AS r ON r.oid = o.conrelid
    LEFT JOIN kind AS k ON k.oid = o.contypid
   -- NOT NULL became a constraint in 18; it is in the columns. 't' are triggers.
   WHERE o.contype NOT IN ('n', 't') AND (r.oid IS NOT NULL OR k.oid IS NOT NULL)
  UNION ALL
  SELECT 'index', r.name, pg_catalog.concat_ws('|', pg_catalog.pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisreplident, i.indisclustered), ''
    FROM pg_catalog.pg_index AS i JOIN relation AS r ON r.oid = i.indexrelid
  UNION ALL
  SELECT 'sequence', r.name, pg_catalog.concat_ws('|', pg_catalog.format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle), ''
    FROM pg_catalog.pg_sequence AS q JOIN relation AS r ON r.oid = q.seqrelid
  UNION ALL
  SELECT 'trigger', pg_catalog.format('%s %I', r.name, t.tgname), pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled::text
    FROM pg_catalog.pg_trigger AS t JOIN relation AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'rule', pg_catalog.format('%s %I', r.name, u.rulename), '', pg_catalog.concat_ws('|', pg_catalog.pg_get_ruledef(u.oid), u.ev_enabled)
    FROM pg_catalog.pg_rewrite AS u JOIN relation AS r ON r.oid = u.ev_class WHERE u.rulename <> '_RETURN'
  UNION ALL
  SELECT 'policy', pg_catalog.format('%s %I', r.name, p.polname),
         pg_catalog.concat_ws('|', p.polcmd, p.polpermissive,
                              (SELECT pg_catalog.string_agg(CASE o.role WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(o.role)::text END, ',' ORDER BY 1) FROM pg_catalog.unnest(p.polroles) AS o (role)),
                              pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), ''
    FROM pg_catalog.pg_policy AS p JOIN relation AS r ON r.oid = p.polrelid
  UNION ALL
  SELECT 'statistics', pg_catalog.format('%s %I', r.name, x.stxname), pg_catalog.pg_get_statisticsobjdef(x.oid), ''
    FROM pg_catalog.pg_statistic_ext AS x JOIN relation AS r ON r.oid = x.stxrelid
  UNION ALL
  SELECT 'routine', p.name,
         pg_catalog.concat_ws('|', p.prokind, pg_catalog.pg_get_function_result(p.oid), p.provolatile, p.prosecdef, p.proisstrict, p.proparallel,
                              pg_catalog.pg_get_userbyid(p.proowner), pg_catalog.array_to_string(p.proconfig, ','), pg_catalog.md5(p.prosrc)),
         coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), '')
    FROM routine AS p
  UNION ALL
  SELECT 'type', k.name,
         pg_catalog.concat_ws('|', k.typtype, pg_catalog.pg_get_userbyid(k.typowner), CASE WHEN k.typtype = 'd' THEN pg_catalog.format_type(k.typbasetype, k.typtypmod) END, k.typnotnull, k.typdefault,
                              (SELECT pg_catalog.string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = k.oid)), ''
    FROM kind AS k
  UNION ALL
  SELECT o.kind || ' comment', o.object, d.description, ''
    FROM pg_catalog.pg_description AS d
    JOIN (SELECT 'relation' AS kind, r.name AS object, r.class, r.oid FROM relation AS r
          UNION ALL SELECT 'routine', p.name, p.class, p.oid FROM routine AS p
          UNION ALL SELECT 'type', k.name, k.class, k.oid FROM kind AS k) AS o ON o.class = d.classoid AND o.oid = d.objoid
   WHERE d.objsubid = 0
  UNION ALL
  SELECT 'column comment', pg_catalog.format('%s.%I', r.name, a.attname), d.description, ''
    FROM pg_catalog.pg_description AS d
    JOIN relation AS r ON r.class = d.classoid AND r.oid = d.objoid
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = d.objsubid
   WHERE d.objsubid > 0
  UNION ALL
  SELECT o.kind || ' right', o.object,
         pg_catalog.concat_ws(' ', a.privilege_type, 'to', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END, CASE WHEN a.is_grantable THEN 'grantable' END), ''
    FROM right_of AS o
   CROSS JOIN pg_catalog.aclexplode(o.acl) AS a
   -- MAINTAIN is new in 17: the owner has it there, and nobody can have it before.
   WHERE a.privilege_type <> 'MAINTAIN'
)
SELECT l.kind, l.object, l.definition, l.strict_definition
  FROM line AS l
 ORDER BY l.kind, l.object, l.definition;
