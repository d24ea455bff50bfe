import { describe, expect, test } from '@jest/globals'
import { databaseLabel, sourceKeyOf } from '../../../src/migration/source-key.ts'
import { Secret } from '../../../src/secret.ts'

describe('the key of a source', () => {
  test.each([
    ['postgres://u:secret-pw@DB.example:5432/Shop', 'db.example:5432/shop'],
    ['postgresql://other:pw-other@db.example/shop?sslmode=require', 'db.example:5432/shop'],
    ['postgres://u@db.example.:6432/sh%20op', 'db.example:6432/sh op'],
    ['postgres://shop:pw-pw-pw@[::1]:5432', '[::1]:5432/shop'],
  ])('%s is %s', (url, key) => {
    expect(sourceKeyOf(new Secret(url))).toBe(key)
  })

  test('the label for people keeps its capitals and shows no password', () => {
    expect(databaseLabel(new Secret('postgres://u:secret-pw@DB.example/Shop'))).toBe('DB.example:5432/Shop')
  })

  test('what is no URL is refused without being quoted', () => {
    let message = ''
    try {
      sourceKeyOf(new Secret('host=db password=hunter2hunter2'))
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('must be postgres://')
    expect(message).not.toContain('hunter2')
  })
})
