import { describe, expect, test } from '@jest/globals'
import { APPROVE_REACTION, type Voter } from '../../src/migration/quorum.ts'
import { addEvent } from '../../src/state/event-log.ts'
import { recordPersonsEvent } from '../../src/state/migration-store.ts'
import type { PhaseContext } from '../../jobs/phase.ts'
import { cutover } from '../../jobs/cutover.ts'
import { query } from '../support/database.ts'
import { useReplicated } from '../support/replicated.ts'
import { pollUntil, useServers } from '../support/servers.ts'

const servers = useServers({ source: 17, target: 18 })

function voter(userId: string): Voter {
  return {
    userId,
    isBot: false,
    isGuest: false,
    isExternal: false,
    isDeactivated: false,
    reactions: [APPROVE_REACTION],
  }
}
const TWO_VOTES = { voters: [voter('U0A'), voter('U0B')], entitled: null, raw: {}, messageIntact: true }

describe('a cutover', () => {
  const shop = useReplicated(servers)

  /** Up to the moment before the cutover: everything copied, compared and approved. */
  async function approve(): Promise<void> {
    shop().ballots = TWO_VOTES
    for (const phase of ['catch-up', 'verify', 'approval'] as const)
      expect(await shop().run(phase)).toEqual({ kind: 'done' })
  }
  async function expectReopened(): Promise<void> {
    const [database] = await query(
      shop().sourceUrl,
      `SELECT datconnlimit, (SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0 AND setconfig::text LIKE '%read_only%') AS read_only
         FROM pg_database AS d WHERE datname = current_database()`,
    )
    expect(database).toEqual({ datconnlimit: -1, read_only: null })
    expect(shop().switches.state.paused).toBe(false)
    expect(shop().switches.state.pointsAt).toBeNull()
    await expect(query(shop().applicationUrl, 'SELECT 1')).resolves.toHaveLength(1)
    expect(await query(shop().targetUrl, 'SELECT subenabled FROM pg_subscription')).toEqual([{ subenabled: true }])
  }

  test('begins only after the phases before it', async () => {
    for (const phase of ['schema', 'copy', 'indexes'] as const)
      expect(await shop().run(phase)).toEqual({ kind: 'done' })
  }, 120_000)

  test('without approval stops nothing', async () => {
    expect(await shop().run('catch-up')).toEqual({ kind: 'done' })
    const outcome = await shop().run('cutover')
    expect(outcome).toMatchObject({
      kind: 'back',
      phase: 'catch-up',
      error: { message: expect.stringContaining('recheck') as unknown as string },
    })
    expect(shop().switches.log).not.toContain('pause')
    await expectReopened()
  })

  test('of which a vote was taken back before it began stops nothing', async () => {
    await approve()
    shop().ballots = { ...TWO_VOTES, voters: [voter('U0A')] }
    expect(await shop().run('cutover')).toMatchObject({
      kind: 'back',
      error: { message: expect.stringContaining('only 1 of 2 votes') as unknown as string },
    })
    expect(shop().switches.log).not.toContain('pause')
    await expectReopened()
  })

  test('whose switch cannot pause reopens', async () => {
    await approve()
    shop().switches.failAt = 'pause'
    expect(await shop().run('cutover')).toMatchObject({
      kind: 'back',
      error: { code: 'CUTOVER_REOPENED', message: expect.stringContaining('"pause"') as unknown as string },
    })
    shop().switches.failAt = null
    await expectReopened()
  })

  test('that somebody writes past reopens, and the write is kept', async () => {
    await approve()
    const context = await shop().context('cutover')
    // A superuser is not stopped by the fence: right after the subscription stops, it writes.
    let isDisabled = false
    const target: PhaseContext['target'] = {
      ...context.target,
      open: async (options) => {
        const session = await context.target.open(options)
        return {
          ...session,
          query: async (sql, values) => {
            const rows = await session.query(sql, values)
            if (/ALTER SUBSCRIPTION .* DISABLE/.test(sql)) isDisabled = true
            if (isDisabled && sql === 'COMMIT') {
              isDisabled = false
              await query(shop().sourceUrl, 'BEGIN READ WRITE; UPDATE flytt_migration.heartbeat SET at = now(); COMMIT')
            }
            return rows
          },
        }
      },
    }
    expect(await cutover.run({ ...context, target })).toMatchObject({
      kind: 'back',
      error: { message: expect.stringContaining('1 change(s)') as unknown as string },
    })
    await expectReopened()
  })

  test('that takes longer than its budget reopens within it', async () => {
    await approve()
    const context = await shop().context('cutover')
    const slow = {
      ...shop().switches,
      pause: async () => {
        const late = Date.now() + 400
        await pollUntil(() => Date.now() > late, { describe: 'time passes' })
      },
    }
    const settings = { ...context.settings, policy: { ...context.settings.policy, writeStopBudgetMs: 200 } }
    expect(await cutover.run({ ...context, settings, switches: [slow] })).toMatchObject({
      kind: 'back',
      error: { code: 'CUTOVER_REOPENED', message: expect.stringContaining('budget of 200 ms') as unknown as string },
    })
    await expectReopened()
  })

  test('of which a vote is taken back within the write stop reopens', async () => {
    await approve()
    const context = await shop().context('cutover')
    const [request] = (
      await shop().state.query<{ message_key: string }>(
        'SELECT message_key FROM flytt.approval_request ORDER BY id DESC LIMIT 1',
      )
    ).rows
    const withdrawing = {
      ...shop().switches,
      pause: async () => {
        await addEvent(shop().state, {
          migrationId: context.migration.id,
          kind: 'reaction-removed',
          userId: 'U0B',
          detail: { key: request?.message_key, ts: 'x', reaction: APPROVE_REACTION },
        })
      },
    }
    expect(await cutover.run({ ...context, switches: [withdrawing] })).toMatchObject({
      kind: 'back',
      error: { message: expect.stringContaining('U0B') as unknown as string },
    })
    await expectReopened()
  })

  test('that a person aborts within the write stop reopens and switches nothing', async () => {
    await approve()
    const context = await shop().context('cutover')
    const aborting = {
      ...shop().switches,
      pause: async () => {
        await recordPersonsEvent(shop().state, context.migration.id, 'abort', 'U0REQUESTER')
      },
    }
    await expect(cutover.run({ ...context, switches: [aborting] })).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' })
    await shop().state.query("UPDATE flytt.migration SET status = 'running', run = $1", [context.migration.run])
    await expectReopened()
  })

  test('that died after its fence is reopened by the next worker, which asks again', async () => {
    await approve()
    const context = await shop().context('cutover')
    await context.record.journal('recheck')
    await context.record.journal('pause')
    await shop().switches.pause(1000)
    await context.record.journal('fence')
    await query(
      shop().sourceUrl,
      `BEGIN READ WRITE; UPDATE flytt_migration.fence SET fenced = true, connection_limit = -1, read_only = NULL;
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$; COMMIT`,
    )
    expect(await cutover.run(context)).toMatchObject({ kind: 'back', error: { code: 'CUTOVER_INTERRUPTED' } })
    await expectReopened()
  })

  test('carries everything over, in time, and sends the application to the target', async () => {
    await approve()
    shop().switches.log.length = 0
    expect(await shop().run('cutover')).toEqual({ kind: 'done' })
    expect(shop().switches.log).toEqual(['pause', 'pointAt', 'resume'])
    expect(shop().switches.state).toMatchObject({ paused: false, pointsAt: { port: servers.target.port } })
    await expect(query(shop().applicationUrl, 'SELECT 1')).rejects.toMatchObject({ code: '53300' })
    const { rows } = await shop().state.query<{ switched: boolean; stop: number }>(
      `SELECT m.switched_at IS NOT NULL AS switched, (f.value->'timeline'->>'writeStopMs')::int AS stop FROM flytt.migration AS m JOIN flytt.fact AS f ON f.migration_id = m.id AND f.name = 'cutover'`,
    )
    expect(rows[0]?.switched).toBe(true)
    expect(rows[0]?.stop).toBeLessThan(3000)
  })

  test('that died after the point of no return only goes forward', async () => {
    const context = await shop().context('cutover')
    await context.record.journal('pause')
    await context.record.journalSwitch('switch')
    shop().switches.state = { pointsAt: null, paused: true }
    expect(await cutover.run(context)).toEqual({ kind: 'done' })
    expect(shop().switches.state).toMatchObject({ paused: false, pointsAt: { port: servers.target.port } })
    await expect(query(shop().applicationUrl, 'SELECT 1')).rejects.toMatchObject({ code: '53300' })
  })

  test('leaves nothing behind once it is finished', async () => {
    expect(await shop().run('finish')).toEqual({ kind: 'done' })
    expect(await shop().run('finish')).toEqual({ kind: 'done' })
  })
})
