import { afterEach, describe, expect, test } from '@jest/globals'
import { aWorkspace, anApp, MIGRATE, OLA, stopAll, until } from './connected-app.ts'

afterEach(stopAll)

describe('a slash command', () => {
  test('reaches the app as Slack sends it, and its ack comes back with the time it took', async () => {
    const workspace = await aWorkspace()
    let received: Record<string, unknown> = {}
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ command, ack }) => {
        received = { ...command }
        await ack({ response_type: 'ephemeral', text: 'started', blocks: [{ type: 'divider' }] })
      })
    })

    const { ackMs, response } = await workspace.slash({ userId: OLA, channelId: MIGRATE, text: '/migrate start shop' })

    expect(ackMs).toBeLessThan(1000)
    expect(response).toMatchObject({ response_type: 'ephemeral', text: 'started', blocks: [{ type: 'divider' }] })
    expect(received).toMatchObject({
      command: '/migrate',
      text: 'start shop',
      user_id: OLA,
      user_name: 'ola',
      channel_id: MIGRATE,
      channel_name: 'migrate',
      team_id: 'T0SANDBOX',
      api_app_id: 'A0FLYTT',
      is_enterprise_install: 'false',
    })
    expect(received).not.toHaveProperty('thread_ts')
    expect(workspace.messages({ channelId: MIGRATE, userId: OLA }).messages).toEqual([])
  })

  test('shows an answer for all in the channel', async () => {
    const workspace = await aWorkspace()
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack }) => {
        await ack({ response_type: 'in_channel', text: 'for all' })
      })
    })

    await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'list' })

    expect(workspace.messages({ channelId: MIGRATE }).messages).toMatchObject([{ text: 'for all', ephemeral: false }])
  })

  test('fails with operation_timeout when the app does not ack within 3 s, and an empty ack gives no response', async () => {
    const workspace = await aWorkspace()
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ command, ack }) => {
        if (command.text === 'quiet') await ack()
      })
    })

    const [late, quiet] = await Promise.all([
      workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'help' }),
      workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'quiet' }),
    ])

    expect(late).toEqual({ ackMs: null, response: null, error: 'operation_timeout' })
    expect(quiet).toEqual({ ackMs: expect.any(Number), response: null })
  })

  test('fails at once when no socket is open', async () => {
    const workspace = await aWorkspace()
    const result = await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'help' })
    expect(result).toEqual({ ackMs: null, response: null, error: 'dispatch_failed' })
  })

  test('tells what Slack would not show of an answer', async () => {
    const workspace = await aWorkspace()
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack }) => {
        await ack({ text: 'long', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] })
      })
    })
    const result = await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'help' })
    expect(result).toMatchObject({
      response: null,
      error: 'invalid_command_response',
      detail: { error: 'invalid_blocks' },
    })
  })

  test('goes to one socket at a time, in turn, when two apps are connected', async () => {
    const workspace = await aWorkspace()
    const heard: string[] = []
    for (const name of ['first', 'second']) {
      await anApp(workspace, (app) => {
        app.command('/migrate', async ({ ack }) => {
          heard.push(name)
          await ack()
        })
      })
    }

    for (let round = 0; round < 4; round += 1) await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'list' })

    expect(heard.sort()).toEqual(['first', 'first', 'second', 'second'])
    expect((await workspace.state()).connections).toBe(2)
  })
})

describe('a response_url', () => {
  test('takes five answers, the sixth is refused', async () => {
    const workspace = await aWorkspace()
    let url = ''
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack, respond, command }) => {
        url = command.response_url
        await ack()
        await respond('one')
      })
    })
    await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'list' })
    const textsFor = (userId: string) =>
      workspace.messages({ channelId: MIGRATE, userId }).messages.map(({ text }) => text)
    await until(() => textsFor(OLA).length === 1)
    const post = (body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) })

    await post({ text: 'two' })
    await post({ text: 'two, corrected', replace_original: true })
    await post({ delete_original: true })
    const fifth = await post({ text: 'five', response_type: 'in_channel' })
    const sixth = await post({ text: 'six' })

    expect(await fifth.text()).toBe('ok')
    expect(sixth.status).toBe(404)
    expect(await sixth.json()).toEqual({ ok: false, error: 'used_url' })
    expect(textsFor(OLA)).toEqual(['one', 'five'])
    expect(textsFor('U0ADA')).toEqual(['five'])
  })
})
