import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { Migration } from '../../../src/migration/migration.ts'
import { createPosterStore } from '../../../src/report/slack-stores.ts'
import { showRoot } from '../../../src/report/show-root.ts'
import type { KnownBlock } from '@slack/types'
import { startPoster, type Poster, type PosterOptions } from '../../../src/slack/poster.ts'
import { recordMessage, type NewMessage } from '../../../src/state/message-store.ts'
import { pollUntil } from '../../support/servers.ts'
import { EXAMPLES, HOSTILE_EXAMPLES } from './messages/message-examples.ts'
import { anInventory, CHANNEL, silentLog, useSlackStage } from './slack-stage.ts'

jest.setTimeout(30_000)

const stage = useSlackStage()
let posters: Poster[] = []

afterEach(async () => {
  await Promise.all(posters.map((poster) => poster.stop()))
  posters = []
  stage.workspace.clearFaults()
  // What a test left undone is not the next one's.
  await stage.state.query(`UPDATE flytt.message SET refused = 'end of test' WHERE refused IS NULL`)
})

function post(options: Partial<PosterOptions> = {}): Poster {
  const poster = startPoster({
    client: stage.createClient(),
    store: createPosterStore(stage.state),
    log: silentLog,
    tickMs: 20,
    ...options,
  })
  posters.push(poster)
  return poster
}

async function startMigration(): Promise<Migration> {
  const migration = await stage.startMigration()
  await showRoot(stage.state, anInventory(), migration.id)
  return migration
}

function record(migration: Migration, key: string, more: Partial<NewMessage> = {}, mode: 'once' | 'edit' = 'once') {
  return recordMessage(stage.state, { migrationId: migration.id, key, place: 'thread', text: key, ...more }, mode)
}

function topLevel(userId?: string) {
  return stage.workspace.messages({ channelId: CHANNEL, userId }).messages
}

/** The root and the thread of a migration as they stand in Slack. */
function findThread(migration: Migration, userId?: string) {
  const roots = topLevel(userId).filter(
    ({ metadata }) =>
      JSON.stringify(metadata).includes(`"${migration.id}"`) && JSON.stringify(metadata).includes('"root"'),
  )
  const [root] = roots
  const replies =
    root === undefined
      ? []
      : stage.workspace.messages({ channelId: CHANNEL, threadTs: root.ts, userId }).messages.slice(1)
  return { roots, root, replies }
}

function waitForReplies(migration: Migration, count: number, deadlineMs = 15_000) {
  return pollUntil(
    () => {
      const { replies } = findThread(migration)
      return replies.length >= count ? replies : null
    },
    { describe: `${String(count)} replies of ${migration.id}`, deadlineMs },
  )
}

describe('the poster', () => {
  test('posts the root, pins it, and the thread below it in order', async () => {
    const migration = await startMigration()
    const keys = ['one', 'two', 'three', 'four']
    for (const key of keys) await record(migration, key)
    await post().drain()
    const { root, replies } = findThread(migration)
    expect(root?.pinned).toBe(true)
    expect(replies.map(({ text }) => text)).toEqual(keys)
  })

  test('shows a broadcast in the channel and an ephemeral message only to its reader', async () => {
    const migration = await startMigration()
    await record(migration, 'loud', { place: 'broadcast' })
    await record(migration, 'quiet', { place: 'ephemeral', userId: 'U0ADA' })
    await post().drain()
    expect(topLevel().some(({ text, broadcast }) => text === 'loud' && broadcast)).toBe(true)
    expect(findThread(migration, 'U0ADA').replies.map(({ text }) => text)).toContain('quiet')
    expect(findThread(migration, 'U0BJORN').replies.map(({ text }) => text)).not.toContain('quiet')
  })

  test('edits in place, coalesced, and adds its hint reactions once', async () => {
    const migration = await startMigration()
    await record(migration, 'votes', { text: 'none', reactions: ['white_check_mark'] }, 'edit')
    const poster = post({ editEveryMs: 100 })
    await poster.drain()
    for (const text of ['one', 'two', 'three']) await record(migration, 'votes', { text }, 'edit')
    const reply = await pollUntil(() => findThread(migration).replies.find(({ text }) => text === 'three'), {
      describe: 'the last edit',
    })
    expect(reply.reactions).toEqual([{ name: 'white_check_mark', users: ['U0FLYTT'], count: 1 }])
    expect(findThread(migration).replies).toHaveLength(1)
  })

  test('posts once although the answer to the root was lost', async () => {
    const migration = await startMigration()
    await record(migration, 'one')
    stage.workspace.fault({ kind: 'lose_response', method: 'chat.postMessage' })
    post()
    const replies = await waitForReplies(migration, 1)
    expect(findThread(migration).roots).toHaveLength(1)
    expect(replies.map(({ text }) => text)).toEqual(['one'])
  })

  test('posts once although the answers to replies were lost', async () => {
    const migration = await startMigration()
    const poster = post()
    await poster.drain()
    stage.workspace.fault({ kind: 'lose_response', method: 'chat.postMessage', count: 2 })
    for (const key of ['one', 'two', 'three']) await record(migration, key)
    await waitForReplies(migration, 3)
    await poster.drain()
    expect(findThread(migration).replies.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  })

  test('a poster that died after posting is followed by one that does not post again', async () => {
    const migration = await startMigration()
    await post().drain()
    await record(migration, 'one')
    const store = createPosterStore(stage.state)
    await post({ store: { ...store, markPosted: () => Promise.reject(new Error('killed')) } }).drain(200)
    await Promise.all(posters.map((poster) => poster.stop()))
    await stage.state.query('UPDATE flytt.message SET next_attempt_at = clock_timestamp()')
    await post().drain()
    expect(findThread(migration).replies.map(({ text }) => text)).toEqual(['one'])
  })

  test('waits as long as Slack asks and keeps the order', async () => {
    const migration = await startMigration()
    const poster = post()
    await poster.drain()
    stage.workspace.fault({ kind: 'rate_limit', method: 'chat.postMessage', seconds: 1 })
    for (const key of ['one', 'two', 'three']) await record(migration, key)
    const begun = Date.now()
    const replies = await waitForReplies(migration, 3)
    expect(Date.now() - begun).toBeGreaterThanOrEqual(900)
    expect(replies.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  })

  test('posts everything in order once Slack is back', async () => {
    const migration = await startMigration()
    stage.workspace.fault({ kind: 'down', seconds: 2 })
    for (const key of ['one', 'two', 'three']) await record(migration, key)
    post()
    const replies = await waitForReplies(migration, 3)
    expect(replies.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
    expect(findThread(migration).roots).toHaveLength(1)
  })

  test("one migration's trouble does not hold up another's", async () => {
    const stuck = await startMigration()
    stage.workspace.fault({ kind: 'slow_call', method: 'chat.postMessage', seconds: 4 })
    const poster = post()
    await pollUntil(() => stage.workspace.calls({ method: 'chat.postMessage' }).calls.length > 0 || null, {
      describe: 'the first call',
    }).catch(() => undefined)
    const other = await startMigration()
    const begun = Date.now()
    await pollUntil(() => findThread(other).root, { describe: 'the root of the other' })
    expect(Date.now() - begun).toBeLessThan(3000)
    await poster.drain(10_000)
    expect(findThread(stuck).roots).toHaveLength(1)
  })

  test('falls back to plain text when Slack refuses the blocks', async () => {
    const migration = await startMigration()
    const blocks = [{ type: 'unheard-of' }] as unknown as KnownBlock[]
    await record(migration, 'odd', { text: 'Plain words.', blocks })
    await post().drain()
    const { replies } = findThread(migration)
    expect(replies.map(({ text }) => text)).toEqual(['Plain words.'])
    expect(replies[0]?.blocks[0]).toMatchObject({ type: 'section', text: { text: 'Plain words.' } })
  })

  test('gives up a message that Slack refuses for good and goes on with the next', async () => {
    const migration = await startMigration()
    const poster = post()
    await poster.drain()
    stage.workspace.fault({ kind: 'error_call', method: 'chat.postMessage', error: 'no_text' })
    await record(migration, 'refused')
    await record(migration, 'next')
    const replies = await waitForReplies(migration, 1)
    expect(replies.map(({ text }) => text)).toEqual(['next'])
    const { rows } = await stage.state.query('SELECT refused FROM flytt.message WHERE migration_id = $1 AND key = $2', [
      migration.id,
      'refused',
    ])
    expect(rows).toEqual([{ refused: 'no_text' }])
  })

  test('keeps messages while it is not in the channel, and posts them when it is invited', async () => {
    stage.workspace.membership({ channelId: CHANNEL, isMember: false })
    const migration = await startMigration()
    await record(migration, 'one')
    const poster = post()
    await poster.drain(500)
    await poster.stop()
    expect(findThread(migration).root).toBeUndefined()
    stage.workspace.membership({ channelId: CHANNEL, isMember: true })
    await stage.state.query('UPDATE flytt.message SET next_attempt_at = clock_timestamp() WHERE refused IS NULL')
    post()
    await waitForReplies(migration, 1)
  })

  test('posts the root again when somebody deleted it', async () => {
    const migration = await startMigration()
    const poster = post({ editEveryMs: 50 })
    await poster.drain()
    const first = findThread(migration).root
    await stage.createClient().chat.delete({ channel: CHANNEL, ts: first?.ts ?? '' })
    await record(migration, 'root', { place: 'root', text: 'Moving on.' }, 'edit')
    const root = await pollUntil(() => findThread(migration).root, { describe: 'the root again' })
    expect(root.ts).not.toBe(first?.ts)
    expect(root.text).toBe('Moving on.')
  })

  test('does nothing while it is not the leader', async () => {
    const migration = await startMigration()
    let leads = false
    let asked = 0
    post({
      isLeader: () => {
        asked += 1
        return leads
      },
    })
    await pollUntil(() => asked > 5, { describe: 'some looks' })
    expect(findThread(migration).roots).toHaveLength(0)
    leads = true
    await pollUntil(() => findThread(migration).root, { describe: 'the root' })
    expect(findThread(migration).roots).toHaveLength(1)
  })

  test('stops within seconds while a call hangs', async () => {
    await startMigration()
    stage.workspace.fault({ kind: 'slow_call', method: 'chat.postMessage', seconds: 1 })
    const poster = post()
    await pollUntil(async () => (await stage.state.query('SELECT FROM flytt.message WHERE attempts > 0')).rowCount, {
      describe: 'an attempt',
    })
    const begun = Date.now()
    await poster.stop()
    expect(Date.now() - begun).toBeLessThan(6000)
  })

  test('Slack takes every message as it is', async () => {
    const migration = await startMigration()
    const messages = Object.entries({ ...EXAMPLES, ...HOSTILE_EXAMPLES })
    for (const [index, [name, message]] of messages.entries())
      await record(migration, `${String(index)} ${name}`, message)
    const poster = post()
    await poster.drain(30_000)
    await poster.drain(30_000)
    const { replies } = findThread(migration)
    expect(replies.map(({ blocks }) => blocks.length)).toEqual(messages.map(([, { blocks }]) => blocks?.length ?? 0))
  }, 60_000)
})
