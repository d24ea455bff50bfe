import { beforeAll, describe, expect, test } from '@jest/globals'
import type { PageMessage } from '../../sandbox/slack/actions.ts'
import { query } from '../support/database.ts'
import { changeInventory, startFlytt, stopFlytt } from '../support/flytt.ts'
import { findLeftovers } from '../support/moved.ts'
import { pollUntil } from '../support/servers.ts'
import { CHANNEL, OPERATOR, SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'

interface RequestRow {
  readonly id: number
  readonly status: string
  readonly ts: string | null
  readonly approved: readonly string[]
  readonly hasQuorum: boolean
}

/** Long enough that a test can act within it, short enough to wait for. */
const COUNTDOWN = '4s'

/*
 * One migration goes through all of this and stays in approval until the last test: the tests run in their order.
 */
describe('votes in the workspace', () => {
  const scenario = useScenario({ flytt: 'none', rows: 2000, writesPerSecond: 0, switchKind: 'file' })

  const requests = async () =>
    query<RequestRow>(
      scenario().sandbox.stateUrl,
      `SELECT r.id::int AS id, r.status, m.ts, r.quorum_at IS NOT NULL AS "hasQuorum",
              coalesce((SELECT v.approved_by FROM flytt.vote_reading AS v WHERE v.request_id = r.id ORDER BY v.id DESC LIMIT 1), '{}') AS approved
         FROM flytt.approval_request AS r
         LEFT JOIN flytt.message AS m ON m.migration_id = r.migration_id AND m.key = r.message_key
        ORDER BY r.id`,
    )
  const current = async (): Promise<RequestRow & { readonly ts: string }> => {
    const last = (await requests()).at(-1)
    if (last?.status !== 'open' || last.ts === null) throw new Error(`No request is open: ${JSON.stringify(last)}`)
    return { ...last, ts: last.ts }
  }
  const ask = async () => (await scenario().approvalMessage()).ts
  const react = async (userId: string, name = 'white_check_mark') =>
    scenario().react(userId, (await current()).ts, name)
  const takeBack = async (userId: string, name = 'white_check_mark') =>
    scenario().react(userId, (await current()).ts, name, { remove: true })

  /** Flytt asks Slack so often for the votes from now on; all but the last answer are surely judged then. */
  const waitForLooks = async (count = 2) => {
    const filter = { method: 'reactions.get', since: String(Date.now()) }
    const countLooks = () =>
      scenario()
        .sandbox.workspace.calls(filter)
        .calls.filter(({ status }) => status === 200).length
    await pollUntil(() => countLooks() >= count, { describe: 'Flytt looks again', deadlineMs: 20_000 })
  }
  /** What two looks from now came to. */
  const lookAgain = async () => {
    await waitForLooks()
    const { status, phase } = await scenario().migration()
    const { approved, hasQuorum } = await current()
    return { status, phase, approved, hasQuorum }
  }
  /** It waits in approval, counts just these, and does not even begin the countdown. */
  const askingWith = (...approved: string[]) => ({ status: 'running', phase: 'approval', approved, hasQuorum: false })
  const waitUntilCounted = async (approvedBy: readonly string[], hasQuorum: boolean) => {
    await pollUntil(
      async () => {
        const now = await current()
        return now.hasQuorum === hasQuorum && [...approvedBy].sort().join() === now.approved.join()
      },
      { describe: `these count: ${approvedBy.join()}`, deadlineMs: 20_000 },
    )
  }
  const shown = async (): Promise<PageMessage> => {
    const { ts } = await current()
    const message = (await scenario().thread()).find((each) => each.ts === ts)
    if (message === undefined) throw new Error('The approval message is not in the thread.')
    return message
  }
  const explanationsTo = async (userId: string): Promise<readonly PageMessage[]> => {
    const [root] = await scenario().thread()
    const { messages } = scenario().sandbox.workspace.messages({
      channelId: CHANNEL,
      ...(root === undefined ? {} : { threadTs: root.ts }),
      userId,
    })
    return messages.filter(({ ephemeral, text }) => ephemeral && text.includes('does not count'))
  }
  const restartWith = async (approvals: Readonly<Record<string, unknown>>) => {
    const { sandbox } = scenario()
    await stopFlytt(sandbox)
    changeInventory(sandbox, (inventory) => {
      inventory.approvals = { required: 2, expireAfter: '30m', countdown: COUNTDOWN, ...approvals }
    })
    await startFlytt(sandbox)
  }
  const expectFailed = async (code: string) => {
    const { error } = await scenario().waitFor(({ status }) => status === 'failed', `it fails with ${code}`)
    expect(error).toMatchObject({ code })
    return error
  }
  /** Asks again after a failure. @returns the old message's ts and the new one's */
  const retry = async () => {
    const old = (await requests()).at(-1)?.ts ?? ''
    expect(await scenario().type('retry shop')).toContain('shop')
    const ts = await ask()
    expect(ts).not.toBe(old)
    return { old, ts }
  }

  beforeAll(async () => {
    // People of other organisations see it only when they were let in.
    scenario().sandbox.workspace.membership({ channelId: CHANNEL, userId: 'U0EXTERN', isMember: true })
    await restartWith({ expireAfter: '4s' })
    await scenario().type('start shop')
  }, SCENARIO_TIMEOUT_MS)

  test(
    'a request that expired asks no more, and a retry asks anew on a new message',
    async () => {
      await ask()
      await react('U0ADA')
      const error = await expectFailed('APPROVAL_EXPIRED')
      expect(error?.remedy).toContain('/migrate retry shop')
      await restartWith({})
      const { old } = await retry()
      // Too late: the old message is struck out, and nobody counts what is on it.
      await scenario().react('U0BJORN', old)
      await scenario().react('U0CHEN', old)
      expect(await lookAgain()).toEqual(askingWith())
      const struck = (await scenario().thread()).find(({ ts }) => ts === old)
      expect(JSON.stringify(struck?.blocks)).toContain('Expired')
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('one approver is not enough', async () => {
    await react('U0ADA')
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    await pollUntil(async () => JSON.stringify((await shown()).blocks).includes('Votes 1/2'), {
      describe: 'the message says 1/2',
      deadlineMs: 15_000,
    })
  })

  test.each([
    ['the requester', OPERATOR, 'you asked for this migration'],
    ['a guest', 'U0GUEST', 'guests'],
    ['somebody of another organisation', 'U0EXTERN', 'only members of this organisation'],
  ])('%s does not count, and is told why once', async (_who, userId, why) => {
    await react(userId)
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    const told = await pollUntil(
      async () => {
        const explanations = await explanationsTo(userId)
        return explanations.length > 0 ? explanations : null
      },
      { describe: 'the explanation is posted' },
    )
    expect(told.map(({ text }) => text)).toEqual([expect.stringContaining(why)])
    // Nobody else sees it.
    expect(await explanationsTo('U0CHEN')).toEqual([])
    await takeBack(userId)
  })

  test.each([
    ['a deactivated account', 'U0GONE'],
    ['another bot', 'U0OTHERBOT'],
  ])('%s does not count', async (_who, userId) => {
    await react(userId)
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    expect(await explanationsTo(userId)).toEqual([])
    await takeBack(userId)
  })

  test('all of them together do not make a second vote either, and the message says who was not counted', async () => {
    const nobodies = [OPERATOR, 'U0GUEST', 'U0EXTERN', 'U0GONE', 'U0OTHERBOT']
    for (const userId of nobodies) await react(userId)
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    await pollUntil(
      async () => {
        const text = JSON.stringify((await shown()).blocks)
        return nobodies.every((userId) => text.includes(`<@${userId}> (`))
      },
      { describe: 'the message names who was not counted', deadlineMs: 15_000 },
    )
    for (const userId of nobodies) await takeBack(userId)
    // They came and went and came again, and were told before: once is enough.
    for (const userId of [OPERATOR, 'U0GUEST', 'U0EXTERN']) expect(await explanationsTo(userId)).toHaveLength(1)
  })

  test('a skin-toned twin by the same person counts once, and other emoji do not count at all', async () => {
    await react('U0ADA', 'white_check_mark::skin-tone-3')
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    for (const name of [
      '+1',
      '+1::skin-tone-4',
      'heavy_check_mark',
      'ballot_box_with_check',
      'negative_squared_cross_mark',
    ])
      await react('U0BJORN', name)
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    await takeBack('U0ADA', 'white_check_mark::skin-tone-3')
  })

  test('a reaction on another message of the thread does not count', async () => {
    const thread = await scenario().thread()
    const { ts } = await current()
    const others = thread.filter((message) => message.ts !== ts && !message.ephemeral)
    expect(others.length).toBeGreaterThan(3)
    for (const other of others) {
      const isThere = other.reactions.some(
        ({ name, users }) => name === 'white_check_mark' && users.includes('U0BJORN'),
      )
      if (!isThere) await scenario().react('U0BJORN', other.ts)
    }
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
  })

  test('a vote taken back is no vote, and stops the countdown it had begun', async () => {
    await react('U0BJORN')
    await waitUntilCounted(['U0ADA', 'U0BJORN'], true)
    await takeBack('U0BJORN')
    await waitUntilCounted(['U0ADA'], false)
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    expect(JSON.stringify((await shown()).blocks)).not.toContain('The cutover begins')
  })

  test('a guest cannot veto, an approver can, and a retry asks anew', async () => {
    await react('U0GUEST', 'x')
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    await takeBack('U0GUEST', 'x')
    await react('U0CHEN', 'x')
    const error = await expectFailed('APPROVAL_VETOED')
    expect(error?.message).toContain('<@U0CHEN>')
    const failed = await pollUntil(
      async () => (await scenario().thread()).find(({ text }) => text.includes('vetoed the cutover')),
      { describe: 'the thread says who vetoed' },
    )
    expect(failed.text).toContain('<@U0CHEN> vetoed')
    const { old } = await retry()
    // The veto is settled: taken back on the old message, with a second vote there, it changes nothing.
    await scenario().react('U0CHEN', old, 'x', { remove: true })
    await scenario().react('U0BJORN', old)
    expect(await lookAgain()).toEqual(askingWith())
  })

  test('a requester may stop what they asked for', async () => {
    await react(OPERATOR, 'x')
    const error = await expectFailed('APPROVAL_VETOED')
    expect(error?.message).toContain(`<@${OPERATOR}>`)
    await retry()
  })

  test('the same change of both schemas voids the votes: both sides are compared again and people asked anew', async () => {
    await react('U0ADA')
    await waitUntilCounted(['U0ADA'], false)
    const before = await current()
    const { shop } = scenario()
    // The next look is two seconds away: both sides are changed between two looks.
    await waitForLooks(1)
    for (const url of [shop.targetUrl, shop.sourceUrl])
      await query(url, 'ALTER TABLE sales.customers ADD COLUMN added_meanwhile text')
    await pollUntil(async () => (await requests()).at(-1)?.id !== before.id, {
      describe: 'a new request is made',
      deadlineMs: 30_000,
    })
    expect(await ask()).not.toBe(before.ts)
    await scenario().react('U0BJORN', before.ts)
    expect(await lookAgain()).toEqual(askingWith())
    expect((await requests()).find(({ id }) => id === before.id)?.status).toBe('superseded')
    expect((await scenario().thread()).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/schema of the (source|target) changed .* votes so far are void/),
    )
  })

  test('a change of one schema alone stops it, names the difference, and needs new votes once it is mended', async () => {
    await react('U0ADA')
    await react('U0BJORN')
    const { shop } = scenario()
    await query(shop.sourceUrl, 'ALTER TABLE sales.customers ADD COLUMN only_here text')
    const error = await expectFailed('VERIFY_DIFFERS')
    expect(error?.message).toContain('only_here')
    expect(error?.remedy).toContain('/migrate retry')
    await query(shop.targetUrl, 'ALTER TABLE sales.customers ADD COLUMN only_here text')
    await retry()
    expect(await lookAgain()).toEqual(askingWith())
  })

  test(
    'with a list of approvers nobody else counts',
    async () => {
      await restartWith({ approvers: ['U0ADA', 'U0BJORN'] })
      await react('U0ADA')
      await react('U0CHEN')
      expect(await lookAgain()).toEqual(askingWith('U0ADA'))
      expect((await explanationsTo('U0CHEN')).map(({ text }) => text)).toEqual([
        expect.stringContaining('not on the list of approvers'),
      ])
      // Nor can they veto.
      await react('U0CHEN', 'x')
      expect(await lookAgain()).toEqual(askingWith('U0ADA'))
      await takeBack('U0CHEN', 'x')
    },
    SCENARIO_TIMEOUT_MS,
  )

  test(
    'with a user group its members count, as long as they are members',
    async () => {
      const { workspace } = scenario().sandbox
      workspace.userGroup({ groupId: 'S0DBA', userIds: ['U0CHEN'] })
      await restartWith({ userGroup: 'S0DBA' })
      expect(await lookAgain()).toEqual(askingWith('U0CHEN'))
      workspace.userGroup({ groupId: 'S0DBA', userIds: ['U0ADA', 'U0BJORN'] })
      expect(await lookAgain()).toEqual(askingWith('U0ADA'))
      workspace.userGroup({ groupId: 'S0DBA', userIds: ['U0ADA', 'U0BJORN', 'U0CHEN'] })
      await waitUntilCounted(['U0ADA', 'U0CHEN'], true)
      await takeBack('U0CHEN')
      expect(await lookAgain()).toEqual(askingWith('U0ADA'))
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('while Slack cannot be asked nobody counts, and afterwards everybody does', async () => {
    const { workspace } = scenario().sandbox
    workspace.fault({ kind: 'error_call', method: 'reactions.get', count: 1000 })
    await react('U0BJORN')
    await scenario().waitFor(() => failedReadings() >= 2, 'Flytt is refused twice')
    expect(await scenario().migration()).toMatchObject({ status: 'running', phase: 'approval' })
    const { approved, hasQuorum } = await current()
    expect({ approved, hasQuorum }).toEqual({ approved: ['U0ADA'], hasQuorum: false })
    expect((await scenario().thread()).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/approval met trouble and tries again by itself.*SLACK_FAILED/),
    )
    workspace.clearFaults()
    await waitUntilCounted(['U0ADA', 'U0BJORN'], true)
    await takeBack('U0BJORN')
    await waitUntilCounted(['U0ADA'], false)

    function failedReadings(): number {
      return workspace.calls({ method: 'reactions.get' }).calls.filter(({ error }) => error !== undefined).length
    }
  })

  test('while Slack does not say who somebody is they do not count', async () => {
    const { workspace } = scenario().sandbox
    workspace.fault({ kind: 'fail_call', method: 'users.info', count: 1 })
    await react('U0BJORN')
    // By itself the look after the failed one counts.
    await waitUntilCounted(['U0ADA', 'U0BJORN'], true)
    await takeBack('U0BJORN')
    expect(await lookAgain()).toEqual(askingWith('U0ADA'))
  })

  test('a vote whose event was lost is found by looking', async () => {
    const { workspace } = scenario().sandbox
    const countEvents = async () =>
      query(scenario().sandbox.stateUrl, `SELECT count(*) FROM flytt.event WHERE kind = 'reaction-added'`)
    await takeBack('U0ADA')
    await waitUntilCounted([], false)
    const before = await countEvents()
    workspace.fault({ kind: 'lose_event', count: 5 })
    await react('U0ADA')
    await waitUntilCounted(['U0ADA'], false)
    workspace.clearFaults()
    expect(await countEvents()).toEqual(before)
  })

  test(
    'two approvers, one while Flytt is down, are enough: nothing else was ever granted',
    async () => {
      const { sandbox, shop } = scenario()
      await stopFlytt(sandbox)
      await react('U0CHEN')
      await startFlytt(sandbox)
      await scenario().waitUntilFinished()
      const granted = await query<{ approved: readonly string[] }>(
        sandbox.stateUrl,
        `SELECT detail->'approvedBy' AS approved FROM flytt.event WHERE kind = 'approval-granted'`,
      )
      expect(granted.map(({ approved }) => [...approved].sort())).toEqual([['U0ADA', 'U0CHEN']])
      const cutovers = await query(sandbox.stateUrl, 'SELECT DISTINCT run FROM flytt.journal')
      expect(cutovers).toHaveLength(1)
      expect(await findLeftovers(shop.sourceUrl)).toEqual([])
      expect(await findLeftovers(shop.targetUrl)).toEqual([])
    },
    SCENARIO_TIMEOUT_MS,
  )
})
