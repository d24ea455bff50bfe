import { afterEach, describe, expect, test } from '@jest/globals'
import type { App } from '@slack/bolt'
import { WebSocket } from 'ws'
import { aClient, ADA, anApp, aWorkspace, errorOf, MIGRATE, stopAll, until } from './connected-app.ts'

afterEach(stopAll)

interface Heard {
  readonly event: { user: string; reaction: string; type: string }
  readonly body: Record<string, unknown>
  readonly retry: unknown
}

/** Keeps every reaction event an app hears. */
function keepReactions(heard: Heard[]): (app: App) => void {
  return (app) => {
    app.event('reaction_added', async ({ event, body, context }) => {
      heard.push({ event, body: { ...body }, retry: context.retryNum })
    })
    app.event('reaction_removed', async ({ event, body, context }) => {
      heard.push({ event, body: { ...body }, retry: context.retryNum })
    })
  }
}

async function withMessage(options = {}) {
  const workspace = await aWorkspace(options)
  const client = aClient(workspace)
  const { ts = '' } = await client.chat.postMessage({ channel: MIGRATE, text: 'Approve?' })
  const react = (name: string, remove = false, userId = ADA) =>
    workspace.react({ userId, channelId: MIGRATE, ts, name, remove })
  return { workspace, client, ts, react }
}

describe('a reaction', () => {
  test('reaches the app with all that Slack tells, when added and when taken back', async () => {
    const { workspace, ts, react } = await withMessage()
    const heard: Heard[] = []
    await anApp(workspace, keepReactions(heard))

    expect(react('white_check_mark')).toEqual({ ok: true })
    expect(react('white_check_mark')).toEqual({ ok: false, error: 'already_reacted' })
    expect(react('white_check_mark', true)).toEqual({ ok: true })
    expect(react('white_check_mark', true)).toEqual({ ok: false, error: 'no_reaction' })
    await until(() => heard.length === 2)

    expect(heard[0]).toMatchObject({
      event: {
        type: 'reaction_added',
        user: ADA,
        reaction: 'white_check_mark',
        item: { type: 'message', channel: MIGRATE, ts },
        item_user: 'U0FLYTT',
        event_ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
      },
      body: {
        type: 'event_callback',
        team_id: 'T0SANDBOX',
        context_team_id: 'T0SANDBOX',
        event_id: expect.stringMatching(/^Ev/),
        authorizations: [{ user_id: 'U0FLYTT', is_bot: true }],
        is_ext_shared_channel: false,
      },
    })
    expect(heard[1]?.event.type).toBe('reaction_removed')
  })

  test('with a skin tone stands beside the plain one, and reactions.get names everyone', async () => {
    const { client, ts, react } = await withMessage()
    react('+1')
    react('thumbsup::skin-tone-3')
    react('+1', false, 'U0BJORN')
    await client.reactions.add({ channel: MIGRATE, timestamp: ts, name: 'eyes' })

    const { message, channel } = await client.reactions.get({ channel: MIGRATE, timestamp: ts, full: true })

    expect(channel).toBe(MIGRATE)
    expect(message).toMatchObject({
      ts,
      text: 'Approve?',
      user: 'U0FLYTT',
      bot_id: 'B0FLYTT',
      permalink: expect.stringContaining(ts),
      reactions: [
        { name: '+1', users: [ADA, 'U0BJORN'], count: 2 },
        { name: '+1::skin-tone-3', users: [ADA], count: 1 },
        { name: 'eyes', users: ['U0FLYTT'], count: 1 },
      ],
    })
  })

  test('is refused by the names Slack uses', async () => {
    const { client, ts, react } = await withMessage()
    const add = (channel: string, timestamp: string, name: string) =>
      errorOf(client.reactions.add({ channel, timestamp, name }))
    expect(react('no_such_emoji')).toEqual({ ok: false, error: 'invalid_name' })
    expect(await add('C0NOWHERE', ts, 'eyes')).toBe('channel_not_found')
    expect(await add('C0RANDOM', ts, 'eyes')).toBe('not_in_channel')
    expect(await add(MIGRATE, '1700000000.000100', 'eyes')).toBe('message_not_found')
    expect(await errorOf(client.reactions.remove({ channel: MIGRATE, timestamp: ts, name: 'eyes' }))).toBe(
      'no_reaction',
    )
  })

  test('of the bot itself is an event that Bolt leaves out', async () => {
    const { workspace, client, ts, react } = await withMessage()
    const heard: Heard[] = []
    await anApp(workspace, keepReactions(heard))
    await client.reactions.add({ channel: MIGRATE, timestamp: ts, name: 'white_check_mark' })
    react('eyes')
    await until(() => heard.length > 0)
    expect(heard.map(({ event }) => event.reaction)).toEqual(['eyes'])
  })
})

describe('delivery of events', () => {
  test('repeats, loses and delays what the faults say', async () => {
    const { workspace, react } = await withMessage()
    const heard: Heard[] = []
    await anApp(workspace, keepReactions(heard))

    workspace.fault({ kind: 'duplicate_event' })
    react('one')
    await until(() => heard.length === 2)
    workspace.fault({ kind: 'lose_event' })
    react('two')
    workspace.fault({ kind: 'delay_event', seconds: 0.2 })
    react('three')
    react('four')
    await until(() => heard.length === 4)

    expect(heard.map(({ event }) => event.reaction)).toEqual(['one', 'one', 'four', 'three'])
    expect(heard[0]?.body['event_id']).toBe(heard[1]?.body['event_id'])
    expect(heard.map(({ retry }) => retry)).toEqual([0, 1, 0, 0])
  })

  test('waits for a socket: what happens after a drop arrives after the reconnect, marked as a retry', async () => {
    const { workspace, react } = await withMessage()
    const heard: Heard[] = []
    await anApp(workspace, keepReactions(heard))

    workspace.fault({ kind: 'drop_socket' })
    await until(async () => (await workspace.state()).connections === 0)
    react('white_check_mark')
    await until(() => heard.length === 1)

    expect(heard[0]).toMatchObject({ event: { reaction: 'white_check_mark' }, retry: 1 })
  })

  test('goes on after Slack asks the app to reconnect', async () => {
    const { workspace, react } = await withMessage()
    const heard: Heard[] = []
    await anApp(workspace, keepReactions(heard))
    workspace.fault({ kind: 'refresh' })
    await until(() => workspace.calls({ method: 'apps.connections.open' }).calls.length === 2)
    react('eyes')
    await until(() => heard.length === 1)
    expect((await workspace.state()).connections).toBe(1)
  })

  test('tries again what was not acked, three times at most', async () => {
    const { workspace, react } = await withMessage({ eventRetryDelaysMs: [0, 20, 40] })
    const attempts: unknown[] = []
    for (let number = 0; number < 6; number += 1) {
      const { url = '' } = await aClient(workspace, workspace.appToken).apps.connections.open({})
      const socket = new WebSocket(url)
      socket.on('message', (data: Buffer) => {
        const envelope = JSON.parse(data.toString()) as Record<string, unknown>
        if (envelope['type'] !== 'events_api') return
        attempts.push([envelope['retry_attempt'], envelope['retry_reason']])
        // The quick way to leave an event unacked: waiting would take 3 s each time.
        socket.close()
      })
    }
    await until(async () => (await workspace.state()).connections === 6)

    react('eyes')
    await until(() => attempts.length === 4)
    react('tada')
    await until(async () => (await workspace.state()).connections === 0)

    expect(attempts).toEqual([
      [0, ''],
      [1, 'connection_failed'],
      [2, 'connection_failed'],
      [3, 'connection_failed'],
      [0, ''],
      [1, 'connection_failed'],
    ])
  })
})
