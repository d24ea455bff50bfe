import { beforeAll, afterAll, describe, expect, test } from '@jest/globals'
import { createLogger } from '../../../src/logger.ts'
import { Secret } from '../../../src/secret.ts'
import { applyRevisions } from '../../../src/state/apply-revisions.ts'
import { openApprovalRequest, findApprovalRequest, setQuorum } from '../../../src/state/approval-store.ts'
import { claimEvent, readEvents } from '../../../src/state/event-log.ts'
import { findOutstandingMessages, markPosted, recordMessage } from '../../../src/state/message-store.ts'
import { openRecord } from '../../../src/state/migration-record.ts'
import {
  createMigration,
  endRun,
  findMigration,
  findMigrationById,
  listActiveMigrations,
  recordPersonsEvent,
  takeUp,
} from '../../../src/state/migration-store.ts'
import { openState, type StateDatabase } from '../../../src/state/state-database.ts'
import type { Migration } from '../../../src/migration/migration.ts'
import { freshDatabase } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'
import { z } from 'zod'

const servers = useServers({ state: 18 })
const log = createLogger('error', 'test')

let state: StateDatabase
let url: string
beforeAll(async () => {
  url = (await freshDatabase(servers.state)).url
  state = openState(new Secret(url), log)
  await applyRevisions(state)
})
afterAll(async () => {
  await state.end()
})

let number = 0
/** A migration of a source nobody else uses. */
async function aMigration(): Promise<Migration> {
  number += 1
  return createMigration(state, {
    name: `shop${number}`,
    sourceKey: `host-${number}:5432/shop`,
    requesterUserId: 'U0A',
    channelId: 'C0A',
  })
}
async function taken(): Promise<Migration> {
  const migration = await aMigration()
  const now = await takeUp(state, migration.id, migration.run)
  if (now === null) throw new Error('not taken up')
  return now
}

describe('the state database', () => {
  test('takes its revisions once, however many processes start at once', async () => {
    const fresh = await freshDatabase(servers.state)
    const pools = [1, 2, 3, 4].map(() => openState(new Secret(fresh.url), log))
    const applied = await Promise.all(pools.map((pool) => applyRevisions(pool)))
    expect(applied.flat()).toEqual([1])
    await Promise.all(pools.map((pool) => pool.end()))
  })

  test('refuses to be used by an older Flytt', async () => {
    const fresh = await freshDatabase(servers.state)
    const pool = openState(new Secret(fresh.url), log)
    await applyRevisions(pool)
    await pool.query('INSERT INTO flytt.revision (number) VALUES (9999)')
    await expect(applyRevisions(pool)).rejects.toMatchObject({ code: 'STATE_NEWER' })
    await pool.end()
  })
})

describe('migrations', () => {
  test('of one source are refused while one is unfinished, also when two people ask at the same moment', async () => {
    const asked = { name: 'twice', sourceKey: 'same:5432/twice', requesterUserId: 'U0A', channelId: 'C0A' }
    const results = await Promise.allSettled([1, 2, 3].map(() => createMigration(state, asked)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    expect(reasons).toEqual(
      reasons.map(
        () =>
          expect.objectContaining({
            code: 'MIGRATION_UNFINISHED',
            context: { name: 'twice', status: 'running' },
          }) as unknown,
      ),
    )
  })

  test('of one name are numbered, and the newest is found by the name', async () => {
    const first = await createMigration(state, {
      name: 'again',
      sourceKey: 'a:1/again',
      requesterUserId: 'U0A',
      channelId: 'C0A',
    })
    await recordPersonsEvent(state, first.id, 'abort', 'U0A')
    const aborting = await takeUp(state, first.id, 2)
    if (aborting === null) throw new Error('not taken up')
    await endRun(state, aborting, { status: 'aborted', phase: 'audit', error: null })
    const second = await createMigration(state, {
      name: 'again',
      sourceKey: 'a:1/again',
      requesterUserId: 'U0A',
      channelId: 'C0A',
    })
    expect([first.id, second.id]).toEqual(['again-1', 'again-2'])
    expect((await findMigration(state, 'again'))?.id).toBe('again-2')
    expect((await findMigration(state, 'again-1'))?.status).toBe('aborted')
  })

  test('a pause and an abort at the same moment leave one clear status and both in the log', async () => {
    const migration = await aMigration()
    await Promise.allSettled([
      recordPersonsEvent(state, migration.id, 'abort', 'U0A'),
      recordPersonsEvent(state, migration.id, 'pause', 'U0B'),
    ])
    const now = await findMigrationById(state, migration.id)
    expect(now?.status).toBe('aborting')
    expect((await readEvents(state, migration.id)).map(({ kind }) => kind)).toContain('abort')
  })

  test('a resume gives the next job another id', async () => {
    const migration = await aMigration()
    await recordPersonsEvent(state, migration.id, 'pause', 'U0A')
    const resumed = await recordPersonsEvent(state, migration.id, 'resume', 'U0A')
    expect(resumed.run).toBe(migration.run + 1)
  })

  test('an error that ends a run is shown until a person retries', async () => {
    const migration = await taken()
    const error = { code: 'SLOT_MISSING' as const, message: 'gone', remedy: 'again' }
    await endRun(state, migration, { status: 'failed', phase: migration.phase, error })
    expect((await findMigrationById(state, migration.id))?.error).toEqual(error)
    expect((await recordPersonsEvent(state, migration.id, 'retry', 'U0A')).error).toBeNull()
  })
})

describe('a worker that was taken over from', () => {
  test('can write neither progress nor facts nor journal nor the end of the run', async () => {
    const old = await taken()
    await state.query('INSERT INTO flytt.phase_run (migration_id, run, phase, direction) VALUES ($1, $2, $3, $4)', [
      old.id,
      old.run,
      old.phase,
      'run',
    ])
    const stale = openRecord(state, old)
    await stale.setFact('before', 1)
    await takeUp(state, old.id, old.run)
    const lost = { code: 'OWNERSHIP_LOST' }
    await expect(stale.setProgress({ kind: 'note', text: 'x' })).rejects.toMatchObject(lost)
    await expect(stale.setFact('before', 2)).rejects.toMatchObject(lost)
    await expect(stale.journal('pause')).rejects.toMatchObject(lost)
    await expect(stale.journalSwitch('switch')).rejects.toMatchObject(lost)
    expect(await endRun(state, old, { status: 'running', phase: 'schema', error: null })).toBeNull()
    expect(await stale.fact('before', z.number())).toBe(1)
    expect((await findMigrationById(state, old.id))?.switchedAt).toBeNull()
  })

  test('cannot pass the point of no return after a person aborted', async () => {
    const migration = await taken()
    const record = openRecord(state, migration)
    await record.journal('pause')
    await recordPersonsEvent(state, migration.id, 'abort', 'U0A')
    await expect(record.journalSwitch('switch')).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' })
    expect((await findMigrationById(state, migration.id))?.switchedAt).toBeNull()
  })

  test('once switched, a person cannot abort any more', async () => {
    const migration = await taken()
    await openRecord(state, migration).journalSwitch('switch')
    await expect(recordPersonsEvent(state, migration.id, 'abort', 'U0A')).rejects.toMatchObject({
      code: 'STATUS_REFUSED',
    })
  })
})

describe('messages', () => {
  test('are recorded once per key, wait for the root, and come in order', async () => {
    const { id: migrationId } = await aMigration()
    const say = (key: string, text: string, place: 'thread' | 'root' = 'thread') =>
      recordMessage(state, { migrationId, key, place, text }, 'once')
    await say('first', 'one')
    await say('first', 'another one')
    await say('second', 'two')
    await say('root', 'root', 'root')
    const mine = async () =>
      (await findOutstandingMessages(state, 0, 1000)).filter((each) => each.migrationId === migrationId)
    const [root, ...rest] = await mine()
    expect([root?.key, rest.length]).toEqual(['root', 0])
    if (root) await markPosted(state, root.id, '1.000100', root.wantedDigest)
    expect((await mine()).map(({ key, wanted, threadTs }) => [key, wanted.text, threadTs])).toEqual([
      ['first', 'one', '1.000100'],
      ['second', 'two', '1.000100'],
    ])
  })

  test('that are edited to what they say already are not edited at all', async () => {
    const { id: migrationId } = await aMigration()
    const show = (text: string) => recordMessage(state, { migrationId, key: 'root', place: 'root', text }, 'edit')
    const mine = async () =>
      (await findOutstandingMessages(state, 0, 1000)).find((each) => each.migrationId === migrationId)
    await show('a')
    const posted = await mine()
    if (posted) await markPosted(state, posted.id, '2.000100', posted.wantedDigest)
    await show('a')
    expect(await mine()).toBeUndefined()
    await show('b')
    expect((await mine())?.wanted.text).toBe('b')
  })
})

describe('approval requests', () => {
  test('there is one open request at a time, whatever the code does', async () => {
    const migration = await taken()
    const request = { planDigest: 'd', messageKey: 'approval-1', expireAfterMs: 60_000 }
    await openApprovalRequest(state, migration, request)
    await expect(openApprovalRequest(state, migration, request)).rejects.toThrow(/approval_request_one_open/)
  })

  test('expire by the state database’s clock', async () => {
    const migration = await taken()
    await openApprovalRequest(state, migration, { planDigest: 'd', messageKey: 'approval-1', expireAfterMs: 0 })
    expect((await findApprovalRequest(state, migration.id))?.isExpired).toBe(true)
  })

  test('a quorum that breaks starts its countdown anew', async () => {
    const migration = await taken()
    const { id } = await openApprovalRequest(state, migration, {
      planDigest: 'd',
      messageKey: 'approval-1',
      expireAfterMs: 60_000,
    })
    const first = await setQuorum(state, id, true)
    expect((await setQuorum(state, id, true)).quorumAt).toEqual(first.quorumAt)
    expect((await setQuorum(state, id, false)).quorumAt).toBeNull()
    expect((await setQuorum(state, id, true)).quorumAt).not.toEqual(first.quorumAt)
  })
})

describe('events from Slack', () => {
  test('are handled once, however often they come', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => claimEvent(state, 'Ev1')))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })
})

test('only active migrations are queued again', async () => {
  const migration = await aMigration()
  expect((await listActiveMigrations(state)).map(({ id }) => id)).toContain(migration.id)
  await recordPersonsEvent(state, migration.id, 'pause', 'U0A')
  expect((await listActiveMigrations(state)).map(({ id }) => id)).not.toContain(migration.id)
})
