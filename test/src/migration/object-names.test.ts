import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MAX_IDENTIFIER_BYTES, objectNames } from '../../../src/migration/object-names.ts'

/** Names as the inventory allows them. */
const migrationId = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), fc.integer({ min: 1, max: 999_999 }))
  .map(([name, number]) => `${name}-${String(number)}`)

describe('the names of the objects of a migration', () => {
  test('fit PostgreSQL: at most 63 bytes, and for a slot only a-z, 0-9 and _', () => {
    fc.assert(
      fc.property(migrationId, (id) => {
        const { publication, subscription, slot } = objectNames(id)
        for (const name of [publication, subscription, slot]) {
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_IDENTIFIER_BYTES)
          expect(name).toMatch(/^flytt_[a-z0-9_]+$/)
        }
      }),
    )
  })

  test('differ for different migrations', () => {
    fc.assert(
      fc.property(migrationId, migrationId, (one, other) => {
        fc.pre(one !== other)
        expect(objectNames(one).slot).not.toBe(objectNames(other).slot)
      }),
    )
  })
})
