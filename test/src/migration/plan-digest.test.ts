import { describe, expect, test } from '@jest/globals'
import { planDigest, type Plan } from '../../../src/migration/plan-digest.ts'

const PLAN: Plan = {
  migrationId: 'shop-1',
  requesterUserId: 'U0A',
  source: 'a:5432/shop',
  target: 'b:5432/shop',
  switches: ['pgbouncer shop'],
  writeStopBudgetMs: 5000,
  sourceFingerprint: 's',
  targetFingerprint: 't',
  verifiedAt: '2026-01-01T00:00:00Z',
}

describe('the digest of a plan', () => {
  test.each(Object.keys(PLAN) as (keyof Plan)[])('changes when %s changes', (field) => {
    const value = PLAN[field]
    const other = typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : [...value, 'x']
    expect(planDigest({ ...PLAN, [field]: other })).not.toBe(planDigest(PLAN))
  })

  test('does not depend on the order of its fields', () => {
    const reversed = Object.fromEntries(Object.entries(PLAN).reverse()) as unknown as Plan
    expect(planDigest(reversed)).toBe(planDigest(PLAN))
  })
})
