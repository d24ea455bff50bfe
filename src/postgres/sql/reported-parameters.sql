-- What the server reports of itself to a client at login (ParameterStatus).
-- Runs on: any server. Needs: nothing. Since: PostgreSQL 14.
-- Returns: one row per parameter; both columns text
-- Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-ASYNC
SELECT s.name, pg_catalog.current_setting(s.name) AS setting
  FROM pg_catalog.unnest(ARRAY['server_version', 'server_encoding', 'client_encoding', 'DateStyle', 'IntervalStyle',
                               'TimeZone', 'integer_datetimes', 'is_superuser', 'session_authorization',
                               'standard_conforming_strings', 'application_name']::text[]) AS s (name)
 ORDER BY s.name;
