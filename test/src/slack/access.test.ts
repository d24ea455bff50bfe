import { describe, expect, test } from '@jest/globals'
import { FlyttError } from '../../../src/errors.ts'
import { requireAccess, type AccessQuestion, type SlackLookups } from '../../../src/slack/access.ts'

const MEMBER = { isBot: false, isGuest: false, isExternal: false, isDeactivated: false }
const CHANNEL = { isShared: false, isMember: true }

function lookups(person = {}, channel = {}): SlackLookups {
  return {
    readPerson: async () => ({ ...MEMBER, ...person }),
    readChannel: async () => ({ ...CHANNEL, ...channel }),
  }
}

function ask(changes: Partial<AccessQuestion> = {}): AccessQuestion {
  return { userId: 'U1', channelId: 'C1', channels: ['C1', 'C2'], wants: 'change', ...changes }
}

describe('who may do what where', () => {
  test('a full member may change things in a channel of the inventory', async () => {
    await expect(requireAccess(lookups(), ask())).resolves.toBeUndefined()
  })

  test('any other channel is refused, and the right ones are named', async () => {
    await expect(requireAccess(lookups(), ask({ channelId: 'C9', wants: 'read' }))).rejects.toMatchObject({
      code: 'CHANNEL_NOT_ALLOWED',
      remedy: expect.stringContaining('<#C1> or <#C2>'),
    })
  })

  test('a channel shared with another organisation is refused, even to read', async () => {
    await expect(requireAccess(lookups({}, { isShared: true }), ask({ wants: 'read' }))).rejects.toMatchObject({
      code: 'CHANNEL_SHARED',
    })
  })

  test('a channel without Flytt in it is refused to start in, with how to invite it', async () => {
    await expect(requireAccess(lookups({}, { isMember: false }), ask())).rejects.toMatchObject({
      code: 'BOT_NOT_IN_CHANNEL',
    })
  })

  test.each([{ isBot: true }, { isGuest: true }, { isExternal: true }, { isDeactivated: true }])(
    '%j may not change anything',
    async (person) => {
      await expect(requireAccess(lookups(person), ask())).rejects.toMatchObject({ code: 'USER_NOT_ALLOWED' })
    },
  )

  test('a guest of the channel may look', async () => {
    await expect(requireAccess(lookups({ isGuest: true }), ask({ wants: 'read' }))).resolves.toBeUndefined()
  })

  test('when Slack cannot be asked, nobody may', async () => {
    const failing: SlackLookups = {
      ...lookups(),
      readPerson: async () => {
        throw new FlyttError('SLACK_FAILED', { context: { method: 'users.info', reason: 'down' } })
      },
    }
    await expect(requireAccess(failing, ask())).rejects.toMatchObject({ code: 'SLACK_FAILED' })
  })
})
