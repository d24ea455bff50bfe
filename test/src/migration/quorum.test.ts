import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  APPROVE_REACTION,
  judgeQuorum,
  VETO_REACTION,
  type QuorumRules,
  type Voter,
} from '../../../src/migration/quorum.ts'

const RULES: QuorumRules = { required: 2, requesterUserId: 'U0REQUEST', entitled: null }

function voter(userId: string, reactions: readonly string[] = [APPROVE_REACTION], more: Partial<Voter> = {}): Voter {
  return { userId, isBot: false, isGuest: false, isExternal: false, isDeactivated: false, reactions, ...more }
}

describe('the quorum', () => {
  test('two different entitled people are enough', () => {
    expect(judgeQuorum([voter('U0A'), voter('U0B')], RULES)).toMatchObject({
      reached: true,
      approvedBy: ['U0A', 'U0B'],
    })
  })

  test('one is not', () => {
    expect(judgeQuorum([voter('U0A')], RULES).reached).toBe(false)
  })

  test.each([
    ['the requester', voter('U0REQUEST'), 'requester'],
    ['a bot', voter('U0BOT', [APPROVE_REACTION], { isBot: true }), 'bot'],
    ['a guest', voter('U0GUEST', [APPROVE_REACTION], { isGuest: true }), 'guest'],
    ['somebody of another workspace', voter('U0EXT', [APPROVE_REACTION], { isExternal: true }), 'external'],
    ['a deactivated user', voter('U0GONE', [APPROVE_REACTION], { isDeactivated: true }), 'deactivated'],
  ])('%s does not count and is told why', (_who, other, why) => {
    const quorum = judgeQuorum([voter('U0A'), other], RULES)
    expect(quorum.reached).toBe(false)
    expect(quorum.excluded).toEqual([{ userId: other.userId, why }])
  })

  test('with a list of approvers nobody else counts', () => {
    const rules = { ...RULES, entitled: new Set(['U0A', 'U0C']) }
    const quorum = judgeQuorum([voter('U0A'), voter('U0B')], rules)
    expect(quorum).toMatchObject({
      reached: false,
      approvedBy: ['U0A'],
      excluded: [{ userId: 'U0B', why: 'not-entitled' }],
    })
  })

  test('any other reaction is no vote and no exclusion', () => {
    expect(judgeQuorum([voter('U0A', ['+1', 'heavy_check_mark', 'ok'])], RULES)).toMatchObject({
      approvedBy: [],
      excluded: [],
    })
  })

  test('a veto of one entitled person outweighs any number of approvals', () => {
    const quorum = judgeQuorum([voter('U0A'), voter('U0B'), voter('U0C'), voter('U0D', [VETO_REACTION])], RULES)
    expect(quorum).toMatchObject({ reached: false, vetoedBy: ['U0D'] })
  })

  test('who approves and vetoes at once vetoes', () => {
    expect(judgeQuorum([voter('U0A'), voter('U0B', [APPROVE_REACTION, VETO_REACTION])], RULES).vetoedBy).toEqual([
      'U0B',
    ])
  })

  test('the requester may veto what they asked for', () => {
    expect(judgeQuorum([voter('U0A'), voter('U0B'), voter('U0REQUEST', [VETO_REACTION])], RULES).reached).toBe(false)
  })

  test('a veto of somebody who is not entitled does not block', () => {
    expect(
      judgeQuorum([voter('U0A'), voter('U0B'), voter('U0X', [VETO_REACTION], { isGuest: true })], RULES).reached,
    ).toBe(true)
  })

  test('is reached only with enough different, counted people and no counted veto, whoever reacts in whatever order', () => {
    const anyVoter = fc.record({
      userId: fc.constantFrom('U0A', 'U0B', 'U0C', 'U0D', 'U0REQUEST'),
      isBot: fc.boolean(),
      isGuest: fc.boolean(),
      isExternal: fc.boolean(),
      isDeactivated: fc.boolean(),
      reactions: fc.subarray([APPROVE_REACTION, VETO_REACTION, '+1']),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(anyVoter, { selector: ({ userId }) => userId }),
        fc.integer({ min: 2, max: 3 }),
        (voters, required) => {
          const rules = { ...RULES, required }
          const quorum = judgeQuorum(voters, rules)
          const clean = (each: Voter) => !each.isBot && !each.isGuest && !each.isExternal && !each.isDeactivated
          const yes = voters.filter(
            (each) =>
              clean(each) &&
              each.userId !== 'U0REQUEST' &&
              each.reactions.includes(APPROVE_REACTION) &&
              !each.reactions.includes(VETO_REACTION),
          )
          const no = voters.filter((each) => clean(each) && each.reactions.includes(VETO_REACTION))
          expect(quorum.reached).toBe(yes.length >= required && no.length === 0)
          expect(judgeQuorum([...voters].reverse(), rules).reached).toBe(quorum.reached)
        },
      ),
    )
  })
})
