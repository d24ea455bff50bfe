import { beforeAll, describe, expect, test } from '@jest/globals'
import { catchUp } from '../../jobs/catch-up.ts'
import { copy } from '../../jobs/copy.ts'
import { finish } from '../../jobs/finish.ts'
import { objectNames } from '../../src/migration/object-names.ts'
import { crashingDatabase } from '../support/crash.ts'
import { query, withClient } from '../support/database.ts'
import { findLeftovers, hashTables } from '../support/moved.ts'
import { runUntilSettled, useReplicated } from '../support/replicated.ts'
import { useServers } from '../support/servers.ts'

const servers = useServers({ source: 17, target: 18 })

describe('the copy', () => {
  const shop = useReplicated(servers)
  beforeAll(async () => {
    await shop().run('schema')
  }, 60_000)

  test('undone without having run changes nothing', async () => {
    const before = await findLeftovers(shop().sourceUrl)
    await copy.undo(await shop().context('copy'))
    expect(await findLeftovers(shop().sourceUrl)).toEqual(before)
  })

  test('brings every row, and run again changes nothing', async () => {
    expect(await shop().run('copy')).toEqual({ kind: 'done' })
    const source = await hashTables(shop().sourceUrl)
    expect(await hashTables(shop().targetUrl)).toEqual(source)
    const made = await findLeftovers(shop().sourceUrl)
    expect(await shop().run('copy')).toEqual({ kind: 'done' })
    expect(await findLeftovers(shop().sourceUrl)).toEqual(made)
    expect(await hashTables(shop().targetUrl)).toEqual(source)
  })

  test('tells how far it is, per table', async () => {
    const { rows } = await shop().state.query<{
      progress: { kind: string; tables: { state: string }[]; bytesTotal: number; bytesCopied: number }
    }>(`SELECT progress FROM flytt.phase_run WHERE phase = 'copy' AND progress IS NOT NULL ORDER BY run DESC LIMIT 1`)
    const progress = rows[0]?.progress
    expect(progress).toMatchObject({ kind: 'copy' })
    expect(progress?.tables.every(({ state }) => state === 'copied')).toBe(true)
    expect(progress?.bytesCopied).toBe(progress?.bytesTotal)
  })

  test('undone leaves neither slot nor publication nor subscription, and can be run again', async () => {
    const context = await shop().context('copy')
    await copy.undo(context)
    await copy.undo(context)
    expect(await findLeftovers(shop().sourceUrl)).toEqual([])
    expect((await findLeftovers(shop().targetUrl)).filter((what) => !what.startsWith('schema'))).toEqual([])
  })

  test('stopped by a crash at any statement, it ends the same when run again', async () => {
    const [{ tables }] = (await query<{ tables: string }>(
      shop().targetUrl,
      `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables WHERE schemaname IN ('sales', 'catalog')`,
    )) as [{ tables: string }]
    const crashes: string[] = []
    for (let statement = 1; statement <= 12; statement += 1) {
      await query(shop().targetUrl, `SET session_replication_role = replica; TRUNCATE ${tables} CASCADE`)
      const context = await shop().context('copy')
      const crashing = {
        ...context,
        source: crashingDatabase(context.source, shop().sourceUrl, statement),
        target: crashingDatabase(context.target, shop().targetUrl, Math.ceil(statement / 2)),
      }
      const crash = await runUntilSettled(copy, crashing).catch((error: unknown) => error)
      if ('code' in (crash as object)) crashes.push((crash as { code: string }).code)
      expect(await runUntilSettled(copy, context)).toEqual({ kind: 'done' })
      expect(await hashTables(shop().targetUrl)).toEqual(await hashTables(shop().sourceUrl))
      await copy.undo(context)
    }
    expect(new Set(crashes)).toEqual(new Set(['CONNECTION_LOST']))
    expect(crashes.length).toBeGreaterThan(8)
  }, 180_000)
})

describe('catch-up', () => {
  const shop = useReplicated(servers)
  beforeAll(async () => {
    for (const phase of ['schema', 'copy', 'indexes'] as const) await shop().run(phase)
  }, 120_000)

  test('waits until the lag has been small for as long as it must', async () => {
    const context = await shop().context('catch-up')
    const begun = Date.now()
    expect(await catchUp.run(context)).toMatchObject({ kind: 'wait' })
    expect(await runUntilSettled(catchUp, context)).toEqual({ kind: 'done' })
    expect(Date.now() - begun).toBeGreaterThanOrEqual(context.settings.policy.stableFor)
    const { rows } = await shop().state.query('SELECT lag_bytes, replay_ms FROM flytt.lag_sample')
    expect(rows.length).toBeGreaterThan(1)
  })

  test('does not take a lag for small while changes are not applied', async () => {
    const context = await shop().context('catch-up')
    const settings = { ...context.settings, policy: { ...context.settings.policy, maxReplay: 200 } }
    await withClient(shop().targetUrl, async (client) => {
      // The apply worker waits for the lock; reading goes on.
      await client.query('BEGIN; LOCK TABLE flytt_migration.heartbeat IN EXCLUSIVE MODE')
      for (let count = 0; count < 3; count += 1) {
        expect(await catchUp.run({ ...context, settings })).toMatchObject({ kind: 'wait' })
      }
      await client.query('ROLLBACK')
    })
    expect(await runUntilSettled(catchUp, { ...context, settings })).toEqual({ kind: 'done' })
  })

  test('says so when its subscription or its slot is gone, and never takes that for no lag', async () => {
    const context = await shop().context('catch-up')
    const { subscription, slot } = objectNames(context.migration.id)
    await query(shop().targetUrl, `ALTER SUBSCRIPTION ${subscription} DISABLE`)
    await query(shop().targetUrl, `ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`)
    await query(
      shop().sourceUrl,
      `SELECT pg_terminate_backend(active_pid, 2000) FROM pg_replication_slots WHERE slot_name = '${slot}' AND active`,
    )
    await query(shop().sourceUrl, `SELECT pg_drop_replication_slot('${slot}')`)
    await expect(catchUp.run(context)).rejects.toMatchObject({
      code: expect.stringMatching(/SLOT_MISSING|DATABASE_FAILED/) as unknown as string,
    })
    await query(shop().targetUrl, `DROP SUBSCRIPTION ${subscription}`)
    await expect(catchUp.run(context)).rejects.toMatchObject({ code: 'SUBSCRIPTION_MISSING' })
    await finish.run(context)
    expect(await findLeftovers(shop().sourceUrl)).toEqual([])
    expect(await findLeftovers(shop().targetUrl)).toEqual([])
  })
})
