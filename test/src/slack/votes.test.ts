import { describe, expect, test } from '@jest/globals'
import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import type { SlackIdentity } from '../../../src/slack/identity.ts'
import { readBallots, readEntitled, type BallotQuestion } from '../../../src/slack/votes.ts'

const IDENTITY: SlackIdentity = { teamId: 'T1', enterpriseId: null, userId: 'U0FLYTT', botId: 'B0FLYTT', url: '' }
const METADATA = { event_type: 'flytt', event_payload: { migration: 'shop-1', key: 'approval', digest: 'd1' } }

interface Answers {
  readonly reactions?: unknown
  readonly users?: Readonly<Record<string, object>>
  readonly group?: unknown
  readonly replies?: unknown
}

/** What the tests make Slack say; everything else is as it should be. */
function aClient({ reactions, users = {}, group, replies }: Answers): WebClient {
  const client = {
    reactions: { get: async () => reactions },
    users: { info: async ({ user }: { user: string }) => ({ ok: true, user: users[user] ?? aUser(user) }) },
    usergroups: { users: { list: async () => group } },
    conversations: { replies: async () => replies ?? { ok: true, messages: [] } },
  }
  return client as unknown as WebClient
}

function aUser(id: string, more: object = {}) {
  return { id, team_id: 'T1', ...more }
}

function aMessage(reactions: unknown[], more: object = {}) {
  return {
    ok: true,
    type: 'message',
    message: { ts: '1.1', user: 'U0FLYTT', bot_id: 'B0FLYTT', metadata: METADATA, reactions, ...more },
  }
}

function yes(...users: string[]) {
  return { name: 'white_check_mark', users, count: users.length }
}

function ask(more: Partial<BallotQuestion> = {}): BallotQuestion {
  return {
    channelId: 'C1',
    ts: '1.1',
    approvals: {},
    identity: IDENTITY,
    expected: { migrationId: 'shop-1', key: 'approval', digests: new Set(['d1']) },
    ...more,
  }
}

describe('reading votes', () => {
  test('somebody with several skin tones is one person with one reaction', async () => {
    const reactions = [
      yes('U1'),
      { name: 'white_check_mark::skin-tone-2', users: ['U1'], count: 1 },
      { name: 'white_check_mark::skin-tone-6', users: ['U1', 'U2'], count: 2 },
    ]
    const { voters } = await readBallots(aClient({ reactions: aMessage(reactions) }), ask())
    expect(voters.map(({ userId, reactions: names }) => [userId, names])).toEqual([
      ['U1', ['white_check_mark']],
      ['U2', ['white_check_mark']],
    ])
  })

  test('a list of people that is shorter than its count is an error', async () => {
    const reactions = [{ name: 'white_check_mark', users: ['U1'], count: 2 }]
    await expect(readBallots(aClient({ reactions: aMessage(reactions) }), ask())).rejects.toMatchObject({
      code: 'SLACK_FAILED',
    })
  })

  test('a list cut short of an emoji that means nothing is no error', async () => {
    const reactions = [{ name: 'tada', users: ['U1'], count: 90 }, yes('U2')]
    const { voters } = await readBallots(aClient({ reactions: aMessage(reactions) }), ask())
    expect(voters.map(({ userId }) => userId)).toEqual(['U2'])
  })

  test.each([
    ['another message', aMessage([], { ts: '9.9' })],
    ['a file', { ok: true, type: 'file' }],
    ['nothing', { ok: true }],
  ])('an answer about %s is an error', async (_what, reactions) => {
    await expect(readBallots(aClient({ reactions }), ask())).rejects.toMatchObject({ code: 'SLACK_FAILED' })
  })

  test('an answer about another person is an error', async () => {
    const client = aClient({ reactions: aMessage([yes('U1')]), users: { U1: aUser('U2') } })
    await expect(readBallots(client, ask())).rejects.toMatchObject({ code: 'SLACK_FAILED' })
  })

  test.each([
    ['is_bot', { is_bot: true }, 'isBot'],
    ['is_app_user', { is_app_user: true }, 'isBot'],
    ['is_workflow_bot', { is_workflow_bot: true }, 'isBot'],
    ['is_connector_bot', { is_connector_bot: true }, 'isBot'],
    ['is_restricted', { is_restricted: true }, 'isGuest'],
    ['is_ultra_restricted', { is_ultra_restricted: true }, 'isGuest'],
    ['is_stranger', { is_stranger: true }, 'isExternal'],
    ['another team', { team_id: 'T2' }, 'isExternal'],
    ['no team at all', { team_id: undefined }, 'isExternal'],
    ['deleted', { deleted: true }, 'isDeactivated'],
  ])('%s excludes', async (_flag, more, excluded) => {
    const client = aClient({ reactions: aMessage([yes('U1')]), users: { U1: aUser('U1', more) } })
    const { voters } = await readBallots(client, ask())
    expect(voters[0]).toMatchObject({ [excluded]: true })
  })

  test('Slackbot is a bot although users.info does not say so', async () => {
    const { voters } = await readBallots(aClient({ reactions: aMessage([yes('USLACKBOT')]) }), ask())
    expect(voters[0]).toMatchObject({ isBot: true })
  })

  test('another workspace of the same Enterprise Grid is ours', async () => {
    const users = { U1: aUser('U1', { team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } }) }
    const client = aClient({ reactions: aMessage([yes('U1')]), users })
    const grid = await readBallots(client, ask({ identity: { ...IDENTITY, enterpriseId: 'E1' } }))
    const other = await readBallots(client, ask({ identity: { ...IDENTITY, enterpriseId: 'E2' } }))
    expect([grid.voters[0]?.isExternal, other.voters[0]?.isExternal]).toEqual([false, true])
  })

  test.each([
    ['posted by another bot', { bot_id: 'B0OTHER' }],
    ['posted by a person', { bot_id: undefined, user: 'U1' }],
    ['with a digest that Flytt did not record', { metadata: withDigest('d2') }],
    ['without metadata anywhere', { metadata: undefined }],
  ])('a message %s is not intact', async (_what, more) => {
    const { messageIntact } = await readBallots(aClient({ reactions: aMessage([], more) }), ask())
    expect(messageIntact).toBe(false)
  })

  test('metadata that reactions.get leaves out are read from the thread', async () => {
    const client = aClient({
      reactions: aMessage([], { metadata: undefined }),
      replies: { ok: true, messages: [{ ts: '1.1', metadata: METADATA }] },
    })
    expect((await readBallots(client, ask())).messageIntact).toBe(true)
  })

  test('the evidence holds ids and flags, no names or addresses', async () => {
    const users = { U1: aUser('U1', { real_name: 'Ada Approver', profile: { email: 'ada@example.org' } }) }
    const { raw } = await readBallots(aClient({ reactions: aMessage([yes('U1')]), users }), ask())
    expect(JSON.stringify(raw)).toContain('"U1"')
    expect(JSON.stringify(raw)).not.toMatch(/Ada|example/)
  })
})

function withDigest(digest: string) {
  return { ...METADATA, event_payload: { ...METADATA.event_payload, digest } }
}

describe('who may vote', () => {
  test('everybody, when neither list nor group is configured', async () => {
    expect(await readEntitled(aClient({}), {})).toBeNull()
  })

  test('the list and the members of the group together', async () => {
    const client = aClient({ group: { ok: true, users: ['U2', 'U3'] } })
    expect([...((await readEntitled(client, { approvers: ['U1', 'U2'], userGroup: 'S1' })) ?? [])]).toEqual([
      'U1',
      'U2',
      'U3',
    ])
  })

  test('nobody, when Slack does not name the members', async () => {
    await expect(readEntitled(aClient({ group: { ok: true } }), { userGroup: 'S1' })).rejects.toMatchObject({
      code: 'SLACK_FAILED',
    })
  })

  test("Slack's own word for it is in the error", async () => {
    const client = aClient({})
    client.usergroups.users.list = async () => {
      throw new WebAPIPlatformError({ ok: false, error: 'plan_upgrade_required' })
    }
    await expect(readEntitled(client, { userGroup: 'S1' })).rejects.toMatchObject({
      message: expect.stringContaining('plan_upgrade_required'),
    })
  })
})
