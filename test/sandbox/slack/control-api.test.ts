import { afterEach, describe, expect, test } from '@jest/globals'
import { aClient, ADA, aWorkspace, MIGRATE, OLA, stopAll } from './connected-app.ts'

afterEach(stopAll)

async function aControl(options = {}) {
  const workspace = await aWorkspace(options)
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${workspace.url}/sandbox/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { workspace, call }
}

describe('the control API', () => {
  test('does over HTTP what a person can do', async () => {
    const { workspace, call } = await aControl()
    const { ts = '' } = await aClient(workspace).chat.postMessage({ channel: MIGRATE, text: 'root' })
    await call('POST', 'message', { userId: OLA, channelId: MIGRATE, threadTs: ts, text: 'hello' })
    const reaction = { userId: ADA, channelId: MIGRATE, ts, name: 'tada' }
    expect((await call('POST', 'react', reaction)).body).toEqual({ ok: true })
    expect((await call('POST', 'react', reaction)).body).toEqual({ ok: false, error: 'already_reacted' })

    const { body } = await call('GET', `messages?channelId=${MIGRATE}&threadTs=${ts}&userId=${OLA}`)

    expect(body['messages']).toMatchObject([
      {
        ts,
        threadTs: ts,
        userId: 'U0FLYTT',
        text: 'root',
        reactions: [{ name: 'tada', users: [ADA], count: 1 }],
        replyCount: 1,
        pinned: false,
        ephemeral: false,
      },
      { threadTs: ts, userId: OLA, text: 'hello', replyCount: 0 },
    ])
    const calls = (await call('GET', 'calls?method=chat.postMessage')).body['calls']
    expect(calls).toMatchObject([{ status: 200, userVisible: { channel: MIGRATE, text: 'root' } }])
    expect(JSON.stringify(calls)).not.toContain(workspace.botToken)
  })

  test('describes the workspace and what is around it', async () => {
    const alone = await aControl()
    expect((await alone.call('GET', 'state')).body).toMatchObject({
      ready: true,
      teamId: 'T0SANDBOX',
      botUserId: 'U0FLYTT',
      connections: 0,
      source: null,
      application: null,
    })
    expect((await alone.call('POST', 'application/check')).status).toBe(404)
    const application = { acknowledged: 5, failed: 0, longestStallMs: 1 }
    const around = await aControl({
      describe: async () => ({ ready: false, source: { url: 'x' }, target: null, stateDatabase: null, application }),
      checkApplication: async () => ({ missing: 0 }),
    })
    expect((await around.call('GET', 'state')).body).toMatchObject({ ready: false, source: { url: 'x' }, application })
    expect((await around.call('POST', 'application/check')).body).toEqual({ missing: 0 })
  })

  test('answers what it cannot do with a sentence', async () => {
    const { call } = await aControl()
    expect(await call('POST', 'slash', { userId: 'U0NOBODY', channelId: MIGRATE, text: 'help' })).toEqual({
      status: 404,
      body: { error: 'There is no user U0NOBODY.' },
    })
    expect((await call('GET', 'messages?channelId=C0NOWHERE')).status).toBe(404)
    expect((await call('POST', 'fault', { kind: 'earthquake' })).status).toBe(400)
    expect((await call('POST', 'react', { userId: ADA })).body['error']).toContain('channelId')
    expect((await call('GET', 'nothing')).status).toBe(404)
    expect((await call('GET', 'state', undefined, { origin: 'https://elsewhere.example' })).status).toBe(400)
  })

  test('tells an open page what changed and how the application fares', async () => {
    const application = { acknowledged: 5, failed: 0, longestStallMs: 1 }
    const { workspace } = await aControl({
      describe: async () => ({ ready: true, source: null, target: null, stateDatabase: null, application }),
    })
    const response = await fetch(`${workspace.url}/sandbox/events`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    workspace.message({ userId: OLA, channelId: MIGRATE, text: 'hello' })
    let seen = ''
    while (!seen.includes('application')) seen += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    expect(seen).toContain('data: {"type":"changed","channelId":"C0MIGRATE"')
    expect(seen).toContain('data: {"type":"application","acknowledged":5')
  })

  test('brings people into a channel and takes them out', async () => {
    const { workspace, call } = await aControl()
    await call('POST', 'membership', { channelId: 'C0RANDOM', isMember: true })
    expect((await aClient(workspace).chat.postMessage({ channel: 'C0RANDOM', text: 'in' })).ok).toBe(true)
  })
})
