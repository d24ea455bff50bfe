-- Which of some roles are members of which.
-- Runs on: source and target. Needs: nothing. Since: PostgreSQL 14.
-- $1::text[]  names of the members
-- Returns: one row per membership (several grantors count as one), by role and member; inherits and sets null before 16
-- Source: https://www.postgresql.org/docs/current/catalog-pg-auth-members.html
SELECT g.rolname::text AS role,
       m.rolname::text AS member,
       pg_catalog.bool_or(a.admin_option) AS is_admin,
       pg_catalog.bool_or((pg_catalog.to_jsonb(a) ->> 'inherit_option')::boolean) AS inherits,
       pg_catalog.bool_or((pg_catalog.to_jsonb(a) ->> 'set_option')::boolean) AS sets
  FROM pg_catalog.pg_auth_members AS a
  JOIN pg_catalog.pg_roles AS g ON g.oid = a.roleid
  JOIN pg_catalog.pg_roles AS m ON m.oid = a.member
 WHERE m.rolname::text = ANY ($1::text[])
 GROUP BY g.rolname, m.rolname
 ORDER BY g.rolname, m.rolname;
