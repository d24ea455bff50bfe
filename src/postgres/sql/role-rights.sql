-- What a role may do on this server and in this database.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- $1::text  role name; null for the session's own
-- Returns: one row, or none when there is no such role; memberships count when they are inherited;
--          can_create_subscription is false below 16, where only a superuser may; connection_limit -1 means none
-- Source: https://www.postgresql.org/docs/current/view-pg-roles.html
SELECT r.rolname::text AS name,
       r.rolsuper AS is_superuser,
       r.rolcanlogin AS can_login,
       r.rolcreaterole AS can_create_roles,
       r.rolbypassrls OR r.rolsuper AS bypasses_row_security,
       r.rolsuper OR r.rolreplication OR EXISTS (
         SELECT FROM pg_catalog.pg_roles AS p
          WHERE p.rolname = 'rds_replication' AND pg_catalog.pg_has_role(r.oid, p.oid, 'USAGE')) AS can_replicate,
       r.rolconnlimit AS connection_limit,
       r.rolvaliduntil::text AS valid_until,
       coalesce(r.rolvaliduntil < pg_catalog.now(), false) AS is_expired,
       coalesce(r.rolvaliduntil < pg_catalog.now() + interval '7 days', false) AS expires_soon,
       pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT') AS can_connect,
       pg_catalog.has_database_privilege(r.oid, d.oid, 'CREATE') AS can_create,
       pg_catalog.pg_has_role(r.oid, d.datdba, 'USAGE') AS owns_database,
       pg_catalog.pg_has_role(r.oid, 'pg_monitor', 'USAGE') AS can_monitor,
       pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'USAGE') AS can_signal,
       pg_catalog.has_table_privilege(r.oid, 'pg_catalog.pg_authid', 'SELECT') AS can_read_passwords,
       r.rolsuper OR EXISTS (
         SELECT FROM pg_catalog.pg_roles AS p
          WHERE p.rolname = 'pg_create_subscription' AND pg_catalog.pg_has_role(r.oid, p.oid, 'USAGE')
       ) AS can_create_subscription,
       pg_catalog.has_function_privilege(
         r.oid, 'pg_catalog.pg_replication_origin_progress(text, boolean)', 'EXECUTE') AS can_read_origin
  FROM pg_catalog.pg_roles AS r
 CROSS JOIN pg_catalog.pg_database AS d
 WHERE r.rolname = coalesce($1::text, current_user) AND d.datname = pg_catalog.current_database();
