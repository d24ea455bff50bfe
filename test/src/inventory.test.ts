import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readInventory } from '../../src/inventory.ts'

const YAML = `channels: [C0MIGRATE]
approvals: { approvers: [U0ADA, U0BO], expireAfter: 2h }
migrations:
  shop:
    source: { url: env:SOURCE, applicationUrl: env:SOURCE, country: US }
    target: { url: env:TARGET, applicationUrl: file:secret, country: NO }
    replication: { user: flytt_replication, password: env:PASSWORD, sourceAddress: "10.0.0.5:5432" }
    switches: [ { kind: file, path: /etc/app/connection.json } ]
`
const ENVIRONMENT = {
  SOURCE: 'postgres://a:hunter-one@s/shop',
  TARGET: 'postgres://a:hunter-two@t/shop',
  PASSWORD: 'hunter-three',
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flytt-inventory-'))
  writeFileSync(join(folder, 'secret'), 'postgres://app:hunter-four@t/shop\n')
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function read(yaml: string, environment: Record<string, string> = ENVIRONMENT) {
  const file = join(folder, 'flytt.yaml')
  writeFileSync(file, yaml)
  return readInventory(file, environment)
}

describe('the inventory', () => {
  test('reads names, durations and secrets by reference', () => {
    const inventory = read(YAML)
    const shop = inventory.migrations['shop']
    expect(inventory.approvals).toMatchObject({ required: 2, expireAfter: 7_200_000, countdown: 10_000 })
    expect(shop?.target.applicationUrl.reveal()).toBe('postgres://app:hunter-four@t/shop')
    expect(shop?.policy.writeStopBudgetMs).toBe(5000)
    expect(JSON.stringify(inventory)).not.toContain('hunter')
  })

  test.each([
    [
      'a plain password',
      YAML.replace('env:PASSWORD', 'hunter-three'),
      /line 7: migrations.shop.replication.password: must be env:NAME/,
    ],
    ['an unknown field', YAML.replace('country: US', 'county: US'), /line 5: .*county/],
    ['a missing field', YAML.replace(/^ *replication:.*\n/m, ''), /line 4: migrations.shop.replication/],
    [
      'one approver being enough',
      YAML.replace('expireAfter: 2h', 'required: 1'),
      /line 2: approvals.required: .*two people/,
    ],
    [
      'a switch of an unknown kind',
      YAML.replace('kind: file', 'kind: magic'),
      /line 8: migrations.shop.switches.0.kind/,
    ],
    ['a name that BullMQ or PostgreSQL could not take', YAML.replace('shop:', 'Shop 1:'), /lower-case letters/],
    ['a duration without a unit', YAML.replace('2h', '2'), /line 2: approvals.expireAfter/],
    ['YAML that is none', YAML.replace('channels: [C0MIGRATE]', 'channels: [C0MIGRATE'), /line \d+: /],
  ])('refuses %s and names the line', (_what, yaml, expected) => {
    expect(() => read(yaml)).toThrow(expect.objectContaining({ code: 'INVENTORY_INVALID' }))
    expect(() => read(yaml)).toThrow(expected)
  })

  test('names every missing secret at once', () => {
    expect(() => read(YAML, {})).toThrow(/SOURCE is not set[\s\S]*TARGET is not set[\s\S]*PASSWORD is not set/)
  })

  test('never quotes a secret in a fault', () => {
    expect(() => read(YAML.replace('env:PASSWORD', 'hunter-three'))).not.toThrow(/hunter/)
  })

  test('says where to begin when there is no file', () => {
    expect(() => readInventory(join(folder, 'none.yaml'), {})).toThrow(
      expect.objectContaining({
        code: 'INVENTORY_INVALID',
        remedy: expect.stringContaining('flytt.example.yaml') as unknown as string,
      }),
    )
  })
})
