import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pointDatabaseAt } from '../../../src/switch/pgbouncer-config.ts'

const TARGET = { host: '10.0.0.9', port: 6543, database: 'shop' }

const INI = `; pools of the shop
[databases]
# shop = host=commented port=1
shop = host=10.0.0.5 port=5432 dbname=shop pool_size=20 ; not a comment here
billing = host=10.0.0.5 port=5432 dbname=billing
* = host=10.0.0.7

[pgbouncer]
shop = host=elsewhere
pool_mode = transaction
`

describe('rewriting pgbouncer.ini', () => {
  test('changes host, port and dbname of the one database and nothing else', () => {
    const changed = pointDatabaseAt(INI, 'shop', TARGET)
    const before = INI.split('\n')
    const after = changed.split('\n')
    expect(after).toHaveLength(before.length)
    expect(after.filter((line, index) => line !== before[index])).toEqual([
      'shop = host=10.0.0.9 port=6543 dbname=shop pool_size=20 ; not a comment here',
    ])
  })

  test('adds what the line left to its defaults', () => {
    expect(pointDatabaseAt('[databases]\nshop = pool_size=5\n', 'shop', TARGET)).toBe(
      '[databases]\nshop = pool_size=5 host=10.0.0.9 port=6543 dbname=shop\n',
    )
  })

  test('takes an empty line as one that leaves everything to its defaults', () => {
    expect(pointDatabaseAt('[databases]\nshop =\n', 'shop', TARGET)).toBe(
      '[databases]\nshop =host=10.0.0.9 port=6543 dbname=shop\n',
    )
  })

  test('knows quoted names and quoted values', () => {
    expect(pointDatabaseAt(`[databases]\n"my ""shop" = host='a b' dbname='it''s'\n`, 'my "shop', TARGET)).toBe(
      `[databases]\n"my ""shop" = host=10.0.0.9 dbname=shop port=6543\n`,
    )
  })

  test('quotes a database name with a space', () => {
    expect(pointDatabaseAt('[databases]\nshop = host=a\n', 'shop', { ...TARGET, database: "the 'shop'" })).toContain(
      "dbname='the ''shop'''",
    )
  })

  test('refuses a file without the database rather than switching nothing in silence', () => {
    expect(() => pointDatabaseAt(INI, 'unknown', TARGET)).toThrow(expect.objectContaining({ code: 'SWITCH_FAILED' }))
  })

  test('done twice is done once, and there and back is as before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
        const there = pointDatabaseAt(INI, 'shop', { ...TARGET, port })
        expect(pointDatabaseAt(there, 'shop', { ...TARGET, port })).toBe(there)
        expect(pointDatabaseAt(there, 'shop', { host: '10.0.0.5', port: 5432, database: 'shop' })).toBe(INI)
      }),
    )
  })
})
