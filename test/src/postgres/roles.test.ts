import { describe, expect, test } from '@jest/globals'
import { createRoleSql, grantRoleSql, type RoleAttributes } from '../../../src/postgres/roles.ts'
import { setSettingSql } from '../../../src/postgres/setting.ts'
import { Secret } from '../../../src/secret.ts'

const ROLE: RoleAttributes = {
  name: 'we"ird; DROP ROLE x',
  is_superuser: false,
  inherits: true,
  creates_roles: false,
  creates_databases: false,
  logs_in: true,
  replicates: false,
  bypasses_rls: false,
  connection_limit: 5,
  valid_until: null,
  comment: null,
}

describe('createRoleSql', () => {
  test('quotes the name and the stored password', () => {
    expect(createRoleSql(ROLE, new Secret("SCRAM-SHA-256$4096:a'b"))).toBe(
      `CREATE ROLE "we""ird; DROP ROLE x" NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5 PASSWORD 'SCRAM-SHA-256$4096:a''b'`,
    )
  })

  test('says nothing of a password that is not there', () => {
    expect(createRoleSql({ ...ROLE, valid_until: 'infinity' }, null)).toMatch(
      /CONNECTION LIMIT 5 VALID UNTIL 'infinity'$/,
    )
  })
})

describe('grantRoleSql', () => {
  const membership = { role: 'team', member: 'app', is_admin: true, inherits: false, sets: true }
  test('uses the options of 16 only where they exist', () => {
    expect(grantRoleSql(membership, 18)).toBe('GRANT "team" TO "app" WITH ADMIN TRUE, INHERIT FALSE, SET TRUE')
    expect(grantRoleSql(membership, 15)).toBe('GRANT "team" TO "app" WITH ADMIN OPTION')
    expect(grantRoleSql({ ...membership, is_admin: false, inherits: null, sets: null }, 18)).toBe(
      'GRANT "team" TO "app"',
    )
  })
})

describe('setSettingSql', () => {
  test('writes a list of names as names, and any other value as one', () => {
    expect(setSettingSql('ALTER DATABASE "d"', 'search_path=sales, "My, Schema", "$user"')).toBe(
      `ALTER DATABASE "d" SET "search_path" TO 'sales', 'My, Schema', '$user'`,
    )
    expect(setSettingSql('ALTER DATABASE "d"', "app.motto=a, 'b'=c")).toBe(
      `ALTER DATABASE "d" SET "app.motto" TO 'a, ''b''=c'`,
    )
    expect(setSettingSql('ALTER DATABASE "d"', 'search_path=')).toBe(`ALTER DATABASE "d" SET "search_path" TO ''`)
  })
})
