-- Which server and database this session is in, and as whom.
-- Runs on: either. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row; system_identifier differs for every initdb; address and port are null on a Unix socket;
--          connection_limit -1 means none
-- Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
SELECT pg_catalog.current_setting('server_version_num')::int AS version_number,
       pg_catalog.current_setting('server_version') AS version,
       s.system_identifier::text AS system_identifier,
       pg_catalog.pg_is_in_recovery() AS is_in_recovery,
       d.datname::text AS database,
       pg_catalog.pg_get_userbyid(d.datdba)::text AS database_owner,
       d.datconnlimit AS connection_limit,
       current_user::text AS role,
       pg_catalog.host(pg_catalog.inet_server_addr()) AS address,
       pg_catalog.inet_server_port() AS port
  FROM pg_catalog.pg_control_system() AS s
 CROSS JOIN pg_catalog.pg_database AS d
 WHERE d.datname = pg_catalog.current_database();
