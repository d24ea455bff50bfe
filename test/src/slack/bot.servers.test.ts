import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { startBot } from '../../../src/bot.ts'
import { readConfig } from '../../../src/config.ts'
import type { FlyttParts } from '../../../src/parts.ts'
import type { RunningProcess } from '../../../src/process.ts'
import { createPosterStore } from '../../../src/report/slack-stores.ts'
import { startPoster } from '../../../src/slack/poster.ts'
import { readEvents } from '../../../src/state/event-log.ts'
import { recordMessage } from '../../../src/state/message-store.ts'
import { findMigration } from '../../../src/state/migration-store.ts'
import { pollUntil } from '../../support/servers.ts'
import { anInventory, CHANNEL, createQueueSpy, silentLog, useSlackStage, type QueueSpy } from './slack-stage.ts'

jest.setTimeout(30_000)

const stage = useSlackStage()
let bot: RunningProcess | null = null
let queue: QueueSpy = createQueueSpy()

function parts(tokens: { bot?: string; app?: string } = {}): FlyttParts {
  const { workspace, state } = stage
  const config = readConfig({
    SLACK_BOT_TOKEN: tokens.bot ?? workspace.botToken,
    SLACK_APP_TOKEN: tokens.app ?? workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    STATE_DATABASE_URL: 'postgres://unused.example/flytt',
  })
  const phaseQueue = { ...queue, takeOver: () => Promise.resolve(), isUnderWay: () => Promise.resolve(false) }
  const open = { phaseQueue, backend: {} as FlyttParts['queue']['backend'], close: () => Promise.resolve() }
  return { config, inventory: anInventory(), state, queue: open, log: silentLog }
}

beforeEach(() => {
  queue = createQueueSpy()
})

afterEach(async () => {
  stage.workspace.clearFaults()
  await bot?.stop()
  bot = null
  await stage.state.query('TRUNCATE flytt.migration CASCADE')
})

function type(text: string, userId = 'U0OPERATOR', channelId = CHANNEL) {
  return stage.workspace.slash({ userId, channelId, text })
}

async function postAll(): Promise<void> {
  const poster = startPoster({
    client: stage.createClient(),
    store: createPosterStore(stage.state),
    log: silentLog,
    editEveryMs: 0,
  })
  await poster.drain()
  await poster.stop()
}

/** The root message of `shop` as it stands in Slack. */
function findRoot(userId?: string) {
  const { messages } = stage.workspace.messages({ channelId: CHANNEL, userId })
  return messages.filter(({ metadata }) => JSON.stringify(metadata).includes('"root"')).at(-1)
}

function ephemeralsOf(userId: string, after: string) {
  return stage.workspace
    .messages({ channelId: CHANNEL, userId })
    .messages.filter(({ ephemeral, ts }) => ephemeral && ts > after)
}

/** Brings a migration into the phase that waits for votes, with its message. @returns the message's ts */
async function openApproval(): Promise<string> {
  await type('start shop')
  await stage.state.query(`UPDATE flytt.migration SET phase = 'approval'`)
  await recordMessage(
    stage.state,
    { migrationId: 'shop-1', key: 'approval-1', place: 'thread', text: 'Votes?' },
    'once',
  )
  await postAll()
  await postAll()
  const { rows } = await stage.state.query<{ ts: string }>(`SELECT ts FROM flytt.message WHERE key = 'approval-1'`)
  return rows[0]?.ts ?? ''
}

describe('the bot in a workspace', () => {
  test('answers /migrate start with the ack, and only to the person who typed it', async () => {
    bot = await startBot(parts())
    const { ackMs, response } = await type('start shop')
    expect(ackMs).toBeLessThan(3000)
    expect(response).toMatchObject({ response_type: 'ephemeral' })
    expect(JSON.stringify(response)).toContain('shop is started')
    expect(queue.enqueued).toEqual(['shop-1 audit 1'])
  })

  test.each([
    ['U0OPERATOR', 'C0RANDOM', 'start shop', 'CHANNEL_NOT_ALLOWED'],
    ['U0OPERATOR', 'C0SHARED', 'help', 'CHANNEL_NOT_ALLOWED'],
    ['U0GUEST', CHANNEL, 'start shop', 'USER_NOT_ALLOWED'],
    ['U0EXTERN', CHANNEL, 'status', 'USER_NOT_ALLOWED'],
    ['U0GONE', CHANNEL, 'start shop', 'USER_NOT_ALLOWED'],
    ['U0OTHERBOT', CHANNEL, 'start shop', 'USER_NOT_ALLOWED'],
    ['U0OPERATOR', CHANNEL, 'strat', 'COMMAND_UNKNOWN'],
  ])('%s in %s types "%s": %s, and nothing is recorded', async (userId, channelId, text, code) => {
    bot = await startBot(parts())
    const { response } = await type(text, userId, channelId)
    expect(response).toMatchObject({ response_type: 'ephemeral' })
    expect(JSON.stringify(response)).toContain(`(${code})`)
    expect(await findMigration(stage.state, 'shop')).toBeNull()
  })

  test('a channel that is shared with partners is refused although the inventory names it', async () => {
    bot = await startBot({ ...parts(), inventory: anInventory({ channels: ['C0SHARED'] }) })
    const { response } = await type('start shop', 'U0OPERATOR', 'C0SHARED')
    expect(JSON.stringify(response)).toContain('(CHANNEL_SHARED)')
  })

  test('a channel it is not in is refused with how to invite it', async () => {
    bot = await startBot({ ...parts(), inventory: anInventory({ channels: ['C0RANDOM'] }) })
    const { response } = await type('start shop', 'U0OPERATOR', 'C0RANDOM')
    expect(JSON.stringify(response)).toContain('/invite @Flytt')
  })

  test('when Slack cannot say who asks, nothing is done and the person is told', async () => {
    bot = await startBot(parts())
    stage.workspace.fault({ kind: 'fail_call', method: 'users.info' })
    const { response } = await type('start shop')
    expect(JSON.stringify(response)).toContain('(SLACK_FAILED)')
    expect(await findMigration(stage.state, 'shop')).toBeNull()
  })

  test('an answer that takes long comes after the ack', async () => {
    const { state } = stage
    bot = await startBot(parts())
    const client = await state.connect()
    await client.query('BEGIN')
    await client.query('LOCK TABLE flytt.migration')
    const before = stage.workspace.message({ userId: 'U0ADA', channelId: CHANNEL, text: 'hello' }).ts
    const { ackMs, response } = await type('start shop')
    await client.query('COMMIT')
    client.release()
    expect(ackMs).toBeLessThan(3000)
    expect(JSON.stringify(response)).toContain('Working on it')
    const [answer] = await pollUntil(
      () => {
        const found = ephemeralsOf('U0OPERATOR', before)
        return found.some(({ text }) => text.includes('is started')) ? found.slice(-1) : null
      },
      { describe: 'the answer' },
    )
    expect(answer?.text).toContain('shop is started')
  })

  test('a button does what its command does, for the same people', async () => {
    bot = await startBot(parts())
    await type('start shop')
    await postAll()
    const root = findRoot()
    const press = (userId: string, actionId: string) =>
      stage.workspace.press({ userId, channelId: CHANNEL, ts: root?.ts ?? '', actionId })
    await press('U0GUEST', 'flytt_pause')
    await pollUntil(
      () => ephemeralsOf('U0GUEST', root?.ts ?? '').some(({ text }) => text.includes('USER_NOT_ALLOWED')),
      {
        describe: 'the refusal',
      },
    )
    expect(await findMigration(stage.state, 'shop')).toMatchObject({ status: 'running' })
    await press('U0ADA', 'flytt_pause')
    await pollUntil(() => ephemeralsOf('U0ADA', root?.ts ?? '').some(({ text }) => text.includes('is paused')), {
      describe: 'the answer',
    })
    expect(await findMigration(stage.state, 'shop')).toMatchObject({ status: 'paused' })
    await postAll()
    expect(JSON.stringify(findRoot()?.blocks)).not.toContain('flytt_pause')
  })

  test('a vote that comes or goes wakes the approval, once per event, and is in the event log', async () => {
    bot = await startBot(parts())
    const ts = await openApproval()
    const react = (name: string, remove = false) =>
      stage.workspace.react({ userId: 'U0ADA', channelId: CHANNEL, ts, name, remove })
    stage.workspace.fault({ kind: 'duplicate_event' })
    react('white_check_mark')
    react('tada')
    react('white_check_mark', true)
    await pollUntil(() => queue.woken.length >= 2, { describe: 'two wakings' })
    react('x')
    await pollUntil(() => queue.woken.length >= 3, { describe: 'three wakings' })
    const events = (await readEvents(stage.state, 'shop-1')).filter(({ kind }) => kind.startsWith('reaction'))
    expect(events.map(({ kind, userId, detail }) => [kind, userId, detail['reaction']])).toEqual([
      ['reaction-added', 'U0ADA', 'white_check_mark'],
      ['reaction-removed', 'U0ADA', 'white_check_mark'],
      ['reaction-added', 'U0ADA', 'x'],
    ])
    expect(queue.woken).toEqual(['shop-1', 'shop-1', 'shop-1'])
  })

  test('the Home tab shows what waits for a vote to those who may vote, and nothing of channels one is not in', async () => {
    bot = await startBot({ ...parts(), inventory: anInventory({ approvals: approvalsOf(['U0ADA']) }) })
    await openApproval()
    const open = async (userId: string) => {
      const before = stage.workspace.calls({ method: 'views.publish' }).calls.length
      await stage.workspace.home({ userId })
      await pollUntil(() => stage.workspace.calls({ method: 'views.publish' }).calls.length > before, {
        describe: 'the Home tab',
      })
      return JSON.stringify((await stage.workspace.home({ userId, open: false })).view)
    }
    const [ada, bjorn] = [await open('U0ADA'), await open('U0BJORN')]
    // What waits for one's vote is not told a second time as under way.
    expect(ada.split('shop-1')).toHaveLength(2)
    expect(ada).not.toContain('Nothing waits for you')
    expect(ada).toContain('|Open the thread>')
    expect(bjorn.split('shop-1')).toHaveLength(2)
    expect(bjorn).toContain('Nothing waits for you')
    stage.workspace.membership({ channelId: CHANNEL, userId: 'U0CHEN', isMember: false })
    expect(await open('U0CHEN')).not.toContain('shop-1')
    stage.workspace.membership({ channelId: CHANNEL, userId: 'U0CHEN', isMember: true })
  })
})

function approvalsOf(approvers: string[]) {
  return { required: 2, expireAfter: 7_200_000, countdown: 10_000, approvers }
}

async function connectionCount(): Promise<number> {
  return (await stage.workspace.state()).connections
}

describe("the bot's socket", () => {
  test.each(['refresh', 'drop_socket'] as const)('after %s it is back within two seconds', async (kind) => {
    bot = await startBot(parts())
    const opens = () => stage.workspace.calls({ method: 'apps.connections.open' }).calls.length
    const before = opens()
    stage.workspace.fault({ kind })
    await pollUntil(() => opens() > before, { describe: 'another socket', deadlineMs: 2000 })
    await pollUntil(async () => (await connectionCount()) === 1, { describe: 'one socket', deadlineMs: 2000 })
    expect(JSON.stringify((await type('list')).response)).toContain('No migration')
  })

  test('keeps trying while no socket can be opened, and looks for missed votes when one is', async () => {
    bot = await startBot(parts())
    await openApproval()
    queue.woken.length = 0
    stage.workspace.fault({ kind: 'refuse_socket', seconds: 2 })
    stage.workspace.fault({ kind: 'drop_socket' })
    await pollUntil(async () => (await connectionCount()) === 0, { describe: 'no socket' })
    await pollUntil(() => queue.woken.includes('shop-1'), { describe: 'the waking after the gap', deadlineMs: 10_000 })
    expect(await connectionCount()).toBe(1)
  })

  test('an app token that Slack refuses is named', async () => {
    await expect(startBot(parts({ app: 'xapp-wrong' }))).rejects.toMatchObject({
      code: 'SLACK_LOGIN_REFUSED',
      context: { variable: 'SLACK_APP_TOKEN' },
    })
  })

  test('a bot token that Slack refuses is named, and not shown', async () => {
    await expect(startBot(parts({ bot: 'xoxb-wrong-token' }))).rejects.toMatchObject({
      code: 'SLACK_LOGIN_REFUSED',
      context: { variable: 'SLACK_BOT_TOKEN' },
    })
  })

  test('Slack being away for a moment at the start is waited for', async () => {
    stage.workspace.fault({ kind: 'down', seconds: 2 })
    bot = await startBot(parts())
    expect(await connectionCount()).toBe(1)
  })

  test('after the stop no socket is left', async () => {
    bot = await startBot(parts())
    await bot.stop()
    bot = null
    await pollUntil(async () => (await connectionCount()) === 0, { describe: 'no socket' })
    expect(await connectionCount()).toBe(0)
  })
})
