import { afterEach, describe, expect, test } from '@jest/globals'
import { createAnswerCommand } from '../../commands/answer-command.ts'
import { SUBCOMMANDS } from '../../commands/subcommands.ts'
import type { SlackLookups } from '../../src/slack/access.ts'
import type { PhaseQueue } from '../../src/queue/phase-queue.ts'
import { Secret } from '../../src/secret.ts'
import { readEvents } from '../../src/state/event-log.ts'
import { findMigration } from '../../src/state/migration-store.ts'
import { openState } from '../../src/state/state-database.ts'
import { anInventory, CHANNEL, createQueueSpy, silentLog, useSlackStage } from '../src/slack/slack-stage.ts'

const stage = useSlackStage()

const lookups: SlackLookups = {
  readChannel: async () => ({ isShared: false, isMember: true }),
  readPerson: async (userId) => ({
    isBot: false,
    isGuest: userId === 'U0GUEST',
    isExternal: false,
    isDeactivated: false,
  }),
}

afterEach(async () => {
  await stage.state.query('TRUNCATE flytt.migration CASCADE')
})

function answering(queue: PhaseQueue = createQueueSpy(), state = stage.state) {
  const answer = createAnswerCommand({ state, inventory: anInventory(), queue, lookups, log: silentLog })
  return async (text: string, userId = 'U0OPERATOR') => (await answer({ userId, channelId: CHANNEL, text })).text
}

async function messageKeys(): Promise<string[]> {
  const { rows } = await stage.state.query<{ key: string }>('SELECT key FROM flytt.message ORDER BY id')
  return rows.map(({ key }) => key)
}

describe('what is typed after /migrate', () => {
  test('nothing, or help, shows everything that can be typed', async () => {
    const type = answering()
    expect(await type('')).toBe(await type(' help '))
    for (const name of SUBCOMMANDS.keys()) expect(await type('')).toContain(`/migrate ${name}`)
  })

  test('start records the migration and its root message, then queues the audit', async () => {
    const queue = createQueueSpy()
    const text = await answering(queue)('start shop')
    expect(text).toContain('shop is started')
    expect(text).toContain('/migrate status shop')
    expect(await findMigration(stage.state, 'shop')).toMatchObject({
      id: 'shop-1',
      status: 'running',
      phase: 'audit',
      requesterUserId: 'U0OPERATOR',
      channelId: CHANNEL,
    })
    expect(queue.enqueued).toEqual(['shop-1 audit 1'])
    expect(await messageKeys()).toEqual(['root'])
  })

  test('start without a name lists what can be started', async () => {
    const type = answering()
    await type('start shop')
    expect(await type('start')).toBe('You can start: crm. Type /migrate start and the name.')
  })

  test('a second start of the same source is refused while the first is not over', async () => {
    const queue = createQueueSpy()
    const type = answering(queue)
    const answers = await Promise.all([type('start shop'), type('start shop'), type('start shop')])
    expect(answers.filter((text) => text.includes('is started'))).toHaveLength(1)
    expect(answers.filter((text) => text.includes('(MIGRATION_UNFINISHED)'))).toHaveLength(2)
    expect(queue.enqueued).toHaveLength(1)
  })

  test('pause, resume, abort: state, queue and thread follow', async () => {
    const queue = createQueueSpy()
    const type = answering(queue)
    await type('start shop')
    expect(await type('pause shop')).toContain('/migrate resume shop')
    expect(await findMigration(stage.state, 'shop')).toMatchObject({ status: 'paused', run: 1 })
    await type('resume shop')
    await type('pause shop-1')
    await type('resume shop')
    await type('abort shop')
    expect(await findMigration(stage.state, 'shop')).toMatchObject({ status: 'aborting' })
    expect(queue.enqueued).toEqual(['shop-1 audit 1', 'shop-1 audit 2', 'shop-1 audit 3', 'shop-1 audit 4'])
    expect(await messageKeys()).toEqual(['root', 'pause-1', 'resume-2', 'pause-2', 'resume-3', 'abort-4'])
    const events = await readEvents(stage.state, 'shop-1')
    expect(events.map(({ kind, userId }) => `${kind} ${userId ?? ''}`)).toEqual([
      'start U0OPERATOR',
      'pause U0OPERATOR',
      'resume U0OPERATOR',
      'pause U0OPERATOR',
      'resume U0OPERATOR',
      'abort U0OPERATOR',
    ])
  })

  test('retry goes on after a failure', async () => {
    const queue = createQueueSpy()
    const type = answering(queue)
    await type('start shop')
    await stage.state.query(`UPDATE flytt.migration SET status = 'failed', phase = 'schema', run = 2`)
    expect(await type('retry shop')).toContain('tries again')
    expect(queue.enqueued.at(-1)).toBe('shop-1 schema 3')
  })

  test('status shows the named one, or the only one under way, or the list', async () => {
    const type = answering()
    expect(await type('status')).toBe('No migration is under way.')
    await type('start shop')
    expect(await type('status')).toBe('🚚 Moving shop: audit.')
    expect(await type('status shop')).toBe('🚚 Moving shop: audit.')
    await type('start crm')
    expect(await type('status')).toContain('2 migrations are under way')
    expect(await type('list')).toContain('2 migrations are under way')
  })
})

describe('wrong input is answered with what to type instead', () => {
  test.each([
    ['strat shop', 'COMMAND_UNKNOWN', 'Did you mean `/migrate start shop`?'],
    ['cutover', 'COMMAND_UNKNOWN', '/migrate help'],
    ['<!channel>', 'COMMAND_UNKNOWN', '&lt;!channel&gt;'],
    ['start shp', 'MIGRATION_NOT_FOUND', 'Did you mean `/migrate start shop`?'],
    ['start nothinglikeit', 'MIGRATION_NOT_FOUND', '/migrate list'],
    ['start constructor', 'MIGRATION_NOT_FOUND', '/migrate list'],
    ['start shop now', 'COMMAND_MISUSED', '/migrate start &lt;name&gt;'],
    ['start --all', 'COMMAND_MISUSED', '/migrate start &lt;name&gt;'],
    ['pause', 'COMMAND_MISUSED', '/migrate pause &lt;name&gt;'],
    ['list everything', 'COMMAND_MISUSED', '/migrate list'],
    ['pause shop', 'MIGRATION_NOT_STARTED', '/migrate start shop'],
    ['status shp', 'MIGRATION_NOT_FOUND', 'Did you mean `/migrate status shop`?'],
    ["start shop';DROP TABLE flytt.migration", 'COMMAND_MISUSED', '/migrate start'],
    ['x'.repeat(8000), 'COMMAND_UNKNOWN', '/migrate help'],
  ])('%s', async (text, code, hint) => {
    const answer = await answering()(text)
    expect(answer).toContain(`(${code})`)
    expect(answer).toContain(hint)
  })

  test('what cannot be done now says what can', async () => {
    const type = answering()
    await type('start shop')
    expect(await type('resume shop')).toMatch(/is running.*\/migrate pause.*\(STATUS_REFUSED\)/s)
    expect(await type('retry shop')).toContain('(STATUS_REFUSED)')
  })

  test('a guest may look and not start', async () => {
    const type = answering()
    expect(await type('start shop', 'U0GUEST')).toContain('(USER_NOT_ALLOWED)')
    expect(await type('list', 'U0GUEST')).toContain('No migration')
    expect(await findMigration(stage.state, 'shop')).toBeNull()
  })
})

describe('when something is away, the answer still comes', () => {
  test('a dead Redis delays the job, not the answer', async () => {
    const dead: PhaseQueue = { enqueue: () => new Promise(() => undefined), wake: async () => undefined }
    const begun = Date.now()
    expect(await answering(dead)('start shop')).toContain('shop is started')
    expect(Date.now() - begun).toBeLessThan(2500)
    expect(await messageKeys()).toEqual(['root'])
  })

  test('a queue that refuses is left to the workers', async () => {
    const refusing: PhaseQueue = {
      enqueue: async () => {
        throw new Error('connection refused')
      },
      wake: async () => undefined,
    }
    expect(await answering(refusing)('start shop')).toContain('shop is started')
  })

  test('a state database that is away is named', async () => {
    const away = openState(new Secret('postgres://flytt:state-password@127.0.0.1:1/flytt'), silentLog)
    const answer = await answering(createQueueSpy(), away)('start shop')
    await away.end()
    expect(answer).toContain('(STATE_UNREACHABLE)')
    expect(answer).not.toContain('state-password')
  })

  test('an unexpected error is answered too', async () => {
    const broken: SlackLookups = {
      ...lookups,
      readPerson: async () => {
        throw new TypeError('boom <!channel>')
      },
    }
    const answer = createAnswerCommand({
      state: stage.state,
      inventory: anInventory(),
      queue: createQueueSpy(),
      lookups: broken,
      log: silentLog,
    })
    const { text } = await answer({ userId: 'U0OPERATOR', channelId: CHANNEL, text: 'list' })
    expect(text).toContain('boom &lt;!channel&gt;')
    expect(text).toContain('(INTERNAL)')
  })
})

test('no answer and no record holds a password of the inventory', async () => {
  const type = answering()
  const answers = await Promise.all(['start shop', 'start', 'list', 'help'].map((text) => type(text)))
  answers.push(await type('status shop'))
  const { rows } = await stage.state.query('SELECT to_jsonb(m.*) AS row FROM flytt.message AS m')
  expect(JSON.stringify([answers, rows])).not.toMatch(/-password/)
})
