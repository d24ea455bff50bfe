import { expect, test } from '@jest/globals'
import { pinExtensionVersion } from '../../../src/postgres/extension-versions.ts'

const CREATE = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;'
const available = (version: string) => ({ name: 'uuid-ossp', version, isDefault: true, isTrusted: true })

test('asks for the version of the source when the target offers it', () => {
  expect(
    pinExtensionVersion(CREATE, [{ name: 'uuid-ossp', version: '1.0' }], [available('1.0'), available('1.1')]),
  ).toEqual({
    sql: `CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public VERSION '1.0';`,
    note: null,
  })
})

test('takes the default one, and says so, when the target does not', () => {
  const { sql, note } = pinExtensionVersion(CREATE, [{ name: 'uuid-ossp', version: '1.0' }], [available('1.1')])
  expect(sql).toBe(CREATE)
  expect(note).toMatch(/uuid-ossp.*1\.0/)
})

test('leaves every other statement alone', () => {
  const sql = "COMMENT ON EXTENSION citext IS 'CREATE EXTENSION x';"
  expect(pinExtensionVersion(sql, [{ name: 'x', version: '1' }], [])).toEqual({ sql, note: null })
})
