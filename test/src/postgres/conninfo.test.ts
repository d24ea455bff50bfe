import { describe, expect, test } from '@jest/globals'
import { buildConninfo, replicationConninfo, splitAddress } from '../../../src/postgres/conninfo.ts'
import { Secret } from '../../../src/secret.ts'

const parts = { host: 'db.example', port: 5433, dbname: 'shop', user: 'flytt', password: new Secret('pass-word') }

describe('buildConninfo', () => {
  test('notices a silent network cut', () => {
    expect(buildConninfo(parts).reveal()).toBe(
      `host='db.example' port='5433' dbname='shop' user='flytt' password='pass-word' ` +
        `keepalives_idle='30' keepalives_interval='10' keepalives_count='3' tcp_user_timeout='30000'`,
    )
  })

  test('quotes every word, so that none can add another', () => {
    const text = buildConninfo({
      ...parts,
      dbname: `x' host='evil`,
      user: 'a b\\',
      password: new Secret(`p'\\q`),
    }).reveal()
    expect(text).toContain(`dbname='x\\' host=\\'evil'`)
    expect(text).toContain(`user='a b\\\\'`)
    expect(text).toContain(`password='p\\'\\\\q'`)
  })

  test('hands settings over, spaces included', () => {
    const text = buildConninfo({ ...parts, options: { row_security: 'off', application_name: 'a b' } }).reveal()
    expect(text).toContain(`options='-c row_security=off -c application_name=a\\\\ b'`)
  })

  test('prints as a secret', () => {
    expect(String(buildConninfo(parts))).toBe('[redacted]')
  })
})

describe('replicationConninfo', () => {
  const replication = { user: 'flytt', password: new Secret('pass-word'), sourceAddress: '[2001:db8::1]:5432' }

  test('goes to the address as the target sees it, with every limit of the source switched off', () => {
    const text = replicationConninfo(replication, 'shop', 170_010).reveal()
    expect(text).toContain(`host='2001:db8::1' port='5432' dbname='shop'`)
    for (const setting of ['row_security=off', 'statement_timeout=0', 'transaction_timeout=0']) {
      expect(text).toContain(`-c ${setting}`)
    }
  })

  test('does not set what the source does not know', () => {
    expect(replicationConninfo(replication, 'shop', 160_014).reveal()).not.toContain('transaction_timeout')
  })

  test('takes a name too', () => {
    expect(splitAddress('db.example:5433')).toEqual({ host: 'db.example', port: 5433 })
  })
})
