import { afterEach, describe, expect, test } from '@jest/globals'
import type { ModalView } from '@slack/web-api'
import { aClient, ADA, anApp, aWorkspace, errorOf, MIGRATE, OLA, stopAll, until } from './connected-app.ts'

afterEach(stopAll)

const modal = (title = 'Start'): ModalView => ({
  type: 'modal',
  callback_id: 'start',
  notify_on_close: true,
  title: { type: 'plain_text', text: title },
  submit: { type: 'plain_text', text: 'Go' },
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'value', initial_value: 'shop' },
    },
    {
      type: 'input',
      block_id: 'reason',
      optional: true,
      label: { type: 'plain_text', text: 'Why' },
      element: { type: 'plain_text_input', action_id: 'value' },
    },
  ],
})

describe('a modal', () => {
  test('opens from a command, is corrected, replaced and closed by the acks', async () => {
    const workspace = await aWorkspace()
    const submitted: unknown[] = []
    let closed = 0
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack, client, command }) => {
        await ack()
        await client.views.open({ trigger_id: command.trigger_id, view: modal() })
      })
      app.view('start', async ({ ack, view, body }) => {
        const name = view.state.values['name']?.['value']?.value
        submitted.push([body.user.id, name])
        if (name === 'bad') await ack({ response_action: 'errors', errors: { name: 'No such migration' } })
        else if (name === 'more') await ack({ response_action: 'update', view: modal('Sure?') })
        else await ack()
      })
      app.view({ type: 'view_closed', callback_id: 'start' }, async ({ ack }) => {
        closed += 1
        await ack()
      })
    })
    const top = () => workspace.views({ userId: OLA }).views.at(-1)
    const open = async () => {
      await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'start' })
      await until(() => top() !== undefined)
      return top()?.id ?? ''
    }
    const submit = (viewId: string, value?: string) =>
      workspace.submit({ userId: OLA, viewId, values: value === undefined ? {} : { name: { value: { value } } } })

    const viewId = await open()
    expect(await submit(viewId, 'bad')).toMatchObject({
      response: { response_action: 'errors', errors: { name: 'No such migration' } },
    })
    expect(await submit(viewId, 'more')).toMatchObject({ response: { response_action: 'update' } })
    expect(top()).toMatchObject({ id: viewId, title: { text: 'Sure?' } })
    expect(await submit(viewId, 'shop')).toMatchObject({ response: null, ackMs: expect.any(Number) })
    expect(top()).toBeUndefined()
    await submit(await open())
    expect(submitted).toEqual([OLA, OLA, OLA, OLA].map((user, index) => [user, ['bad', 'more', 'shop', 'shop'][index]]))

    await workspace.close({ userId: OLA, viewId: await open() })
    expect(closed).toBe(1)
  })

  test('cannot be submitted with a field missing or unknown', async () => {
    const workspace = await aWorkspace()
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack, client, command }) => {
        await ack()
        await client.views.open({ trigger_id: command.trigger_id, view: modal() })
      })
    })
    await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'start' })
    await until(() => workspace.views({ userId: OLA }).views.length === 1)
    const viewId = workspace.views({ userId: OLA }).views[0]?.id ?? ''
    await expect(workspace.submit({ userId: OLA, viewId, values: { name: { value: { value: '' } } } })).rejects.toThrow(
      'The field name must be filled in.',
    )
    await expect(
      workspace.submit({ userId: OLA, viewId, values: { nome: { value: { value: 'x' } } } }),
    ).rejects.toThrow('The view has no field nome/value.')
    await expect(workspace.submit({ userId: ADA, viewId, values: {} })).rejects.toThrow('U0ADA has no modal')
  })

  test('needs a fresh trigger and stays within the limits', async () => {
    const workspace = await aWorkspace()
    const client = aClient(workspace)
    const triggers: string[] = []
    await anApp(workspace, (app) => {
      app.command('/migrate', async ({ ack, command }) => {
        triggers.push(command.trigger_id)
        await ack()
      })
    })
    const trigger = async () => {
      await workspace.slash({ userId: OLA, channelId: MIGRATE, text: 'start' })
      return triggers.at(-1) ?? ''
    }
    const open = (trigger_id: string, view = modal()) => errorOf(client.views.open({ trigger_id, view }))

    const late = await trigger()
    const startMs = Date.now()
    expect(await open('made.up')).toBe('invalid_trigger_id')
    expect(await open(await trigger(), modal('x'.repeat(25)))).toBe('invalid_arguments')
    expect(await open(await trigger(), { ...modal(), private_metadata: 'x'.repeat(3001) })).toBe('invalid_arguments')
    const used = await trigger()
    expect([await open(used), await open(used)]).toEqual(['ok', 'exchanged_trigger_id'])

    const viewId = workspace.views({ userId: OLA }).views[0]?.id ?? ''
    const hash = workspace.views({ userId: OLA }).views[0]?.hash ?? ''
    const update = (given: string) =>
      errorOf(client.views.update({ view_id: viewId, hash: given, view: modal('Next') }))
    expect([await update(hash), await update(hash)]).toEqual(['ok', 'hash_conflict'])

    await until(() => Date.now() - startMs > 3000)
    expect(await open(late)).toBe('expired_trigger_id')
  })
})

describe('a button', () => {
  test('sends block_actions with its value, its message and a response_url that replaces it', async () => {
    const workspace = await aWorkspace()
    let body: Record<string, unknown> = {}
    await anApp(workspace, (app) => {
      app.action('go', async ({ ack, respond, body: given }) => {
        body = { ...given }
        await ack()
        await respond({ replace_original: true, text: 'pressed' })
      })
    })
    const { ts = '' } = await aClient(workspace).chat.postMessage({
      channel: MIGRATE,
      text: 'press me',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'go', value: 'm1', text: { type: 'plain_text', text: 'Go' } }],
        },
      ],
    })

    const { ackMs } = await workspace.press({ userId: ADA, channelId: MIGRATE, ts, actionId: 'go' })
    await until(() => workspace.messages({ channelId: MIGRATE }).messages[0]?.text === 'pressed')

    expect(ackMs).toBeLessThan(1000)
    expect(body).toMatchObject({
      type: 'block_actions',
      user: { id: ADA, team_id: 'T0SANDBOX' },
      channel: { id: MIGRATE },
      container: { type: 'message', message_ts: ts, channel_id: MIGRATE },
      message: { ts, text: 'press me' },
      actions: [{ action_id: 'go', value: 'm1', type: 'button', block_id: expect.any(String) }],
    })
    await expect(workspace.press({ userId: ADA, channelId: MIGRATE, ts, actionId: 'gone' })).rejects.toThrow('gone')
  })
})

describe('the Home tab', () => {
  test('is published when it is opened, and a stale hash is refused', async () => {
    const workspace = await aWorkspace()
    const client = aClient(workspace)
    await anApp(workspace, (app) => {
      app.event('app_home_opened', async ({ event, client: own }) => {
        await own.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } })
      })
    })
    expect(await workspace.home({ userId: ADA, open: false })).toEqual({ view: null })
    const { view } = await workspace.home({ userId: ADA })
    expect(view).toMatchObject({ type: 'home', blocks: [{ type: 'divider' }] })
    const publish = (hash: string) =>
      errorOf(client.views.publish({ user_id: ADA, hash, view: { type: 'home', blocks: [] } }))
    expect([await publish(view?.hash ?? ''), await publish(view?.hash ?? '')]).toEqual(['ok', 'hash_conflict'])
  })

  test('has buttons and menus that tell the app which view they stand in', async () => {
    const workspace = await aWorkspace()
    const actions: unknown[] = []
    await anApp(workspace, (app) => {
      app.action(/./, async ({ ack, body, action }) => {
        actions.push(['container' in body ? body.container : null, action])
        await ack()
      })
    })
    const option = (value: string) => ({ text: { type: 'plain_text' as const, text: value }, value })
    const { view } = await aClient(workspace).views.publish({
      user_id: ADA,
      view: {
        type: 'home',
        blocks: [
          {
            type: 'actions',
            block_id: 'row',
            elements: [
              { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } },
              { type: 'static_select', action_id: 'which', options: [option('shop'), option('blog')] },
            ],
          },
        ],
      },
    })
    const viewId = view?.id ?? ''
    await workspace.press({ userId: ADA, viewId, actionId: 'go' })
    await workspace.press({ userId: ADA, viewId, actionId: 'which', value: 'blog' })
    await expect(workspace.press({ userId: ADA, viewId, actionId: 'which', value: 'none' })).rejects.toThrow('none')

    const container = { type: 'view', view_id: viewId }
    expect(actions).toMatchObject([
      [container, { action_id: 'go', block_id: 'row' }],
      [container, { action_id: 'which', selected_option: { value: 'blog' } }],
    ])
  })
})
