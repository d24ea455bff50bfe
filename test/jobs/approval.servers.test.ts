import { beforeAll, describe, expect, test } from '@jest/globals'
import { approval } from '../../jobs/approval.ts'
import { APPROVE_REACTION, VETO_REACTION, type Voter } from '../../src/migration/quorum.ts'
import { query } from '../support/database.ts'
import { useReplicated } from '../support/replicated.ts'
import { pollUntil, useServers } from '../support/servers.ts'

const servers = useServers({ source: 17, target: 18 })

function voter(userId: string, reactions: readonly string[] = [APPROVE_REACTION]): Voter {
  return { userId, isBot: false, isGuest: false, isExternal: false, isDeactivated: false, reactions }
}

describe('the approval', () => {
  const shop = useReplicated(servers)
  const requests = async () =>
    (
      await shop().state.query<{ status: string; message_key: string }>(
        'SELECT status, message_key FROM flytt.approval_request ORDER BY id',
      )
    ).rows
  const say = (...voters: Voter[]) => {
    shop().ballots = { voters, entitled: null, raw: {}, messageIntact: true }
  }
  /** One look: the message is there from the second on. */
  const look = async () => {
    const context = await shop().context('approval')
    await approval.run(context)
    return { context, again: () => approval.run(context) }
  }

  beforeAll(async () => {
    for (const phase of ['schema', 'copy', 'indexes', 'catch-up', 'verify'] as const) await shop().run(phase)
  }, 120_000)

  test('asks, says what is approved and what was proved, and waits', async () => {
    say()
    const { again } = await look()
    expect(await again()).toMatchObject({ kind: 'wait' })
    const [request] = await requests()
    const message = shop().posted.get(request?.message_key ?? '')
    const shown = JSON.stringify(message)
    expect(request?.status).toBe('open')
    expect(shown).toContain('U0REQUESTER')
    expect(shown).toMatch(/hash equal|equal on both/)
    expect(shown).toContain('0/2')
  })

  test('waits on with one vote, and with two of which one is the requester’s, whom it tells why once', async () => {
    say(voter('U0A'), voter('U0REQUESTER'))
    const { again } = await look()
    for (let count = 0; count < 3; count += 1) expect(await again()).toMatchObject({ kind: 'wait' })
    expect([...shop().posted.keys()].filter((key) => key.startsWith('uncounted-'))).toHaveLength(1)
  })

  test('a new run asks anew: the earlier message is struck out and its votes are gone', async () => {
    say()
    const before = (await requests()).length
    const { again } = await look()
    await again()
    const all = await requests()
    expect(all).toHaveLength(before + 1)
    expect(all.slice(0, -1).every(({ status }) => status === 'superseded')).toBe(true)
    expect(new Set(all.map(({ message_key: key }) => key)).size).toBe(all.length)
  })

  test('a change of a schema voids the votes and sends it back to be compared again', async () => {
    say()
    const { again } = await look()
    await again()
    const before = await requests()
    say(voter('U0A'), voter('U0B'))
    await query(shop().sourceUrl, 'CREATE TABLE sales.made_meanwhile (id int PRIMARY KEY)')
    try {
      expect(await again()).toMatchObject({ kind: 'back', phase: 'verify', error: { code: 'SCHEMA_CHANGED' } })
    } finally {
      await query(shop().sourceUrl, 'DROP TABLE sales.made_meanwhile')
    }
    expect(await requests()).toEqual([...before.slice(0, -1), { ...before.at(-1), status: 'superseded' }])
  })

  test('a message that was changed by somebody does not count, however many react', async () => {
    shop().ballots = { voters: [voter('U0A'), voter('U0B')], entitled: null, raw: {}, messageIntact: false }
    const { again } = await look()
    for (let count = 0; count < 3; count += 1) expect(await again()).toMatchObject({ kind: 'wait' })
  })

  test('a veto ends it', async () => {
    say(voter('U0A'), voter('U0B'), voter('U0C', [VETO_REACTION]))
    const { again } = await look()
    await expect(again()).rejects.toMatchObject({
      code: 'APPROVAL_VETOED',
      message: expect.stringContaining('U0C') as unknown as string,
    })
    expect((await requests()).at(-1)?.status).toBe('vetoed')
  })

  test('time ends it', async () => {
    say()
    const { again } = await look()
    await shop().state.query(
      "UPDATE flytt.approval_request SET expires_at = clock_timestamp() - interval '1 second' WHERE status = 'open'",
    )
    await expect(again()).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED' })
    expect((await requests()).at(-1)?.status).toBe('expired')
  })

  test('a vote taken back during the countdown stops the countdown', async () => {
    say(voter('U0A'), voter('U0B'))
    const { again } = await look()
    expect(await again()).toMatchObject({ kind: 'wait' })
    say(voter('U0A'))
    expect(await again()).toMatchObject({ kind: 'wait' })
    const countdownIsOver = Date.now() + 400
    await pollUntil(() => Date.now() > countdownIsOver, { describe: 'time passes' })
    say(voter('U0A'), voter('U0B'))
    // The countdown begins anew.
    expect(await again()).toMatchObject({ kind: 'wait' })
  })

  test('two votes and the countdown grant it, with what Slack said kept as evidence', async () => {
    say(voter('U0A'), voter('U0B'))
    expect(await shop().run('approval')).toEqual({ kind: 'done' })
    expect((await requests()).at(-1)?.status).toBe('granted')
    const { rows } = await shop().state.query<{ approved_by: string[] }>(
      'SELECT approved_by FROM flytt.vote_reading ORDER BY id DESC LIMIT 1',
    )
    expect(rows[0]?.approved_by).toEqual(['U0A', 'U0B'])
  })

  test('undone, its open request is closed', async () => {
    say()
    const { context } = await look()
    await approval.undo(context)
    await approval.undo(context)
    expect((await requests()).at(-1)?.status).toBe('closed')
  })
})
