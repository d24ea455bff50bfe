import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { redact, Secret } from '../../src/secret.ts'

describe('a secret', () => {
  test('shows itself nowhere but where it is revealed', () => {
    const secret = new Secret('correct-horse-battery')
    expect(`${secret.toString()} ${JSON.stringify({ secret })} ${inspect({ secret })}`).not.toContain('horse')
    expect(secret.reveal()).toBe('correct-horse-battery')
  })

  test('is taken out of any text that quotes it, whole or as the password of its URL', () => {
    const url = new Secret('postgres://flytt:p%40ssw0rd-x@db:5432/shop')
    const text = `could not connect to ${url.reveal()}: password "p@ssw0rd-x" or p%40ssw0rd-x is wrong`
    expect(redact(text)).not.toMatch(/ssw0rd/)
  })
})

describe('redacting', () => {
  test.each([
    ['a URL', 'failed: postgres://me:geheim@host/db'],
    ['a conninfo', 'host=a password=geheim dbname=b'],
    ['a quoted conninfo', "host=a password='ge\\'heim x' dbname=b"],
    ['a statement', "CREATE ROLE a PASSWORD 'geheim'"],
    ['a verifier', 'SCRAM-SHA-256$4096:geheim$geheim:geheim'],
    ['a token', 'xoxb-123-geheim and xapp-1-geheim'],
  ])('takes the secret out of %s nobody told it about', (_what, text) => {
    expect(redact(text)).not.toMatch(/geheim|heim x/)
  })

  test('leaves other texts as they are', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z ,.]{0,80}$/), (text) => {
        fc.pre(!/password/i.test(text))
        expect(redact(text)).toBe(text)
      }),
    )
  })
})
