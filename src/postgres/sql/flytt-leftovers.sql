-- What an earlier migration of Flytt left in this database.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- $1::text  name of the schema that Flytt makes
-- Returns: a row per object; kind is subscription, publication, slot or schema
-- Source: https://www.postgresql.org/docs/current/logical-replication.html
SELECT kind, name
  FROM (
    SELECT 1 AS rank, 'subscription' AS kind, s.subname::text AS name
      FROM pg_catalog.pg_subscription AS s
      JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
     WHERE d.datname = pg_catalog.current_database() AND s.subname ~ '^flytt_'
    UNION ALL
    SELECT 2, 'publication', p.pubname::text
      FROM pg_catalog.pg_publication AS p
     WHERE p.pubname ~ '^flytt_'
    UNION ALL
    SELECT 3, 'slot', l.slot_name::text
      FROM pg_catalog.pg_replication_slots AS l
     WHERE l.database = pg_catalog.current_database() AND l.slot_name ~ '^flytt_'
    UNION ALL
    SELECT 4, 'schema', n.nspname::text
      FROM pg_catalog.pg_namespace AS n
     WHERE n.nspname = $1::text
  ) AS leftover
 ORDER BY rank, name;
