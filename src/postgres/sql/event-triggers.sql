-- Which event triggers fire when objects are made.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: a row per event trigger that is not disabled and that no extension brought
-- Source: https://www.postgresql.org/docs/current/catalog-pg-event-trigger.html
SELECT t.evtname::text AS name,
       t.evtevent::text AS event
  FROM pg_catalog.pg_event_trigger AS t
 WHERE t.evtenabled <> 'D'
   AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
      WHERE e.classid = 'pg_catalog.pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
 ORDER BY t.evtname;
