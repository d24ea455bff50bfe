import { describe, expect, test } from '@jest/globals'
import type { ApprovalSettings } from '../../../src/inventory.ts'
import type { Migration } from '../../../src/migration/migration.ts'
import { judgeQuorum, type Quorum } from '../../../src/migration/quorum.ts'
import { createPosterStore, createThreadStore } from '../../../src/report/slack-stores.ts'
import { showRoot } from '../../../src/report/show-root.ts'
import { createIdentityReader } from '../../../src/slack/identity.ts'
import { approvalRequest } from '../../../src/slack/messages/approval-request.ts'
import { startPoster } from '../../../src/slack/poster.ts'
import { createThread } from '../../../src/slack/slack-thread.ts'
import type { Thread } from '../../../src/slack/thread.ts'
import { anApproval } from './messages/message-examples.ts'
import { anInventory, CHANNEL, silentLog, useSlackStage } from './slack-stage.ts'

const stage = useSlackStage()

type Approvals = Pick<ApprovalSettings, 'approvers' | 'userGroup'>

interface Ballot {
  readonly migration: Migration
  readonly thread: Thread
  readonly ts: string
  /** Adds, or with `remove` takes back, a reaction. */
  vote(userId: string, name?: string, remove?: boolean): void
  /** Reads the votes from Slack and judges them. */
  count(ts?: string): Promise<Quorum & { readonly messageIntact: boolean }>
  /** Posts another approval message. @returns its ts */
  postAnother(key: string): Promise<string>
}

async function openBallot(approvals: Approvals = {}, requesterUserId = 'U0OPERATOR'): Promise<Ballot> {
  const { state, workspace } = stage
  const migration = await stage.startMigration(requesterUserId)
  const client = stage.createClient()
  const thread = createThread({
    store: createThreadStore(state, migration.id),
    client,
    identity: createIdentityReader(client),
    approvals,
  })
  await showRoot(state, anInventory(), migration.id)
  const poster = startPoster({ client: stage.createClient(), store: createPosterStore(state), log: silentLog })
  const postAnother = async (key: string) => {
    await thread.show(key, approvalRequest(anApproval()), { reactions: ['white_check_mark'] })
    await poster.drain()
    const posted = await thread.find(key)
    if (posted === null) throw new Error('the approval message is not posted')
    return posted.ts
  }
  const ts = await postAnother('approval-1')
  await poster.stop()
  return {
    migration,
    thread,
    ts,
    vote(userId, name = 'white_check_mark', remove = false) {
      expect(workspace.react({ userId, channelId: CHANNEL, ts, name, remove })).toEqual({ ok: true })
    },
    async count(at = ts) {
      const reading = await thread.readBallots(at)
      const quorum = judgeQuorum(reading.voters, { required: 2, requesterUserId, entitled: reading.entitled })
      return { ...quorum, messageIntact: reading.messageIntact }
    },
    postAnother: async (key) => {
      const again = startPoster({ client: stage.createClient(), store: createPosterStore(state), log: silentLog })
      await thread.show(key, approvalRequest(anApproval()), { reactions: ['white_check_mark'] })
      await again.drain()
      await again.stop()
      return (await thread.find(key))?.ts ?? ''
    },
  }
}

describe('votes read through the workspace', () => {
  test('two approvers are a quorum, and the seeded reaction of Flytt is none', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN')
    const quorum = await ballot.count()
    expect(quorum.reached).toBe(true)
    expect([...quorum.approvedBy].sort()).toEqual(['U0ADA', 'U0BJORN'])
    expect(quorum.excluded).toEqual([])
    expect(quorum.messageIntact).toBe(true)
  })

  test('one approver is not enough', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    expect(await ballot.count()).toMatchObject({ reached: false, approvedBy: ['U0ADA'] })
  })

  test.each([
    ['the requester', 'U0OPERATOR', 'requester'],
    ['a guest', 'U0GUEST', 'guest'],
    ['somebody of another organisation', 'U0EXTERN', 'external'],
    ['a deactivated user', 'U0GONE', 'deactivated'],
    ["another app's bot", 'U0OTHERBOT', 'bot'],
  ])('%s does not count', async (_who, userId, why) => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote(userId)
    const quorum = await ballot.count()
    expect(quorum).toMatchObject({ reached: false, approvedBy: ['U0ADA'] })
    expect(quorum.excluded).toContainEqual({ userId, why })
  })

  test('somebody who is not on the list does not count', async () => {
    const ballot = await openBallot({ approvers: ['U0ADA', 'U0CHEN'] })
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN')
    const quorum = await ballot.count()
    expect(quorum.reached).toBe(false)
    expect(quorum.excluded).toContainEqual({ userId: 'U0BJORN', why: 'not-entitled' })
  })

  test('list and user group together say who may vote', async () => {
    const ballot = await openBallot({ approvers: ['U0OPERATOR'], userGroup: 'S0DBA' }, 'U0ADA')
    ballot.vote('U0OPERATOR')
    ballot.vote('U0BJORN')
    expect(await ballot.count()).toMatchObject({ reached: true })
  })

  test('a skin-toned twin is the same vote', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0ADA', 'white_check_mark::skin-tone-3')
    expect(await ballot.count()).toMatchObject({ reached: false, approvedBy: ['U0ADA'] })
  })

  test('any other emoji is no vote', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN', 'heavy_check_mark')
    ballot.vote('U0BJORN', '+1')
    expect(await ballot.count()).toMatchObject({ reached: false, approvedBy: ['U0ADA'] })
  })

  test('a vote that is taken back is none', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN')
    expect(await ballot.count()).toMatchObject({ reached: true })
    ballot.vote('U0BJORN', 'white_check_mark', true)
    expect(await ballot.count()).toMatchObject({ reached: false })
  })

  test('a veto blocks, whoever else agreed', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN')
    ballot.vote('U0CHEN', 'x')
    expect(await ballot.count()).toMatchObject({ reached: false, vetoedBy: ['U0CHEN'] })
  })

  test('a reaction on the old message does not count on the new one', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0BJORN')
    const newer = await ballot.postAnother('approval-2')
    expect(newer).not.toBe(ballot.ts)
    expect(await ballot.count(newer)).toMatchObject({ reached: false, approvedBy: [] })
  })

  test('somebody deactivated after the vote does not count', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    ballot.vote('U0CHEN')
    stage.workspace.person({ userId: 'U0CHEN', deleted: true })
    try {
      expect(await ballot.count()).toMatchObject({ reached: false, approvedBy: ['U0ADA'] })
    } finally {
      stage.workspace.person({ userId: 'U0CHEN', deleted: false })
    }
  })

  test('a message that is not as Flytt recorded it is noticed', async () => {
    const ballot = await openBallot()
    await stage.createClient().chat.update({
      channel: CHANNEL,
      ts: ballot.ts,
      text: 'Approve lunch?',
      metadata: {
        event_type: 'flytt',
        event_payload: { migration: ballot.migration.id, key: 'approval-1', digest: 'another' },
      },
    })
    expect(await ballot.count()).toMatchObject({ messageIntact: false })
  })

  test.each([
    ['reactions.get', {}],
    ['users.info', {}],
    ['usergroups.users.list', { userGroup: 'S0DBA' }],
  ])('when %s fails there is an error, never an answer', async (method, approvals) => {
    const ballot = await openBallot(approvals)
    ballot.vote('U0ADA')
    stage.workspace.fault({ kind: 'error_call', method, error: 'internal_error' })
    await expect(ballot.count()).rejects.toMatchObject({ code: 'SLACK_FAILED', retryable: true })
  })

  test('when Slack limits calls there is an error at once', async () => {
    const ballot = await openBallot()
    ballot.vote('U0ADA')
    stage.workspace.fault({ kind: 'rate_limit', method: 'users.info', seconds: 30 })
    const begun = Date.now()
    await expect(ballot.count()).rejects.toMatchObject({ code: 'SLACK_FAILED' })
    expect(Date.now() - begun).toBeLessThan(2000)
  })

  test('a message that is not there is an error', async () => {
    const ballot = await openBallot()
    await expect(ballot.count('1.000001')).rejects.toMatchObject({ code: 'SLACK_FAILED' })
  })
})
