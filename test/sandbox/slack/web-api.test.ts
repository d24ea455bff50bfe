import { afterEach, describe, expect, test } from '@jest/globals'
import { WebAPIHTTPError, WebAPIRateLimitedError } from '@slack/web-api'
import { WebSocket } from 'ws'
import { aClient, ADA, aWorkspace, errorOf, MIGRATE, OLA, stopAll } from './connected-app.ts'

afterEach(stopAll)

async function aClientOf(options = {}) {
  const workspace = await aWorkspace(options)
  return { workspace, client: aClient(workspace) }
}

describe('access', () => {
  test('needs the right token for each method', async () => {
    const { workspace, client } = await aClientOf()
    expect(await client.auth.test()).toMatchObject({ user_id: 'U0FLYTT', bot_id: 'B0FLYTT', team_id: 'T0SANDBOX' })
    expect(await errorOf(aClient(workspace, 'xoxb-wrong').auth.test())).toBe('invalid_auth')
    expect(await errorOf(client.apps.connections.open({}))).toBe('not_allowed_token_type')
    expect(await errorOf(aClient(workspace, workspace.appToken).auth.test())).toBe('not_allowed_token_type')
    expect(await errorOf(client.apiCall('no.such.method'))).toBe('unknown_method')
    expect(await (await fetch(`${workspace.apiUrl}auth.test`, { method: 'POST' })).json()).toEqual({
      ok: false,
      error: 'not_authed',
    })
  })

  test('is limited to the scopes of the manifest when they are given', async () => {
    const { client } = await aClientOf({ scopes: ['chat:write'] })
    expect(await errorOf(client.chat.postMessage({ channel: MIGRATE, text: 'hi' }))).toBe('ok')
    expect(await errorOf(client.users.info({ user: ADA }))).toBe('missing_scope')
  })

  test('a ticket opens one socket', async () => {
    const { workspace } = await aClientOf()
    const { url = '' } = await aClient(workspace, workspace.appToken).apps.connections.open({})
    const open = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url)
        socket.on('open', () => {
          socket.close()
          resolve('open')
        })
        socket.on('error', () => {
          resolve('refused')
        })
      })
    expect([await open(), await open()]).toEqual(['open', 'refused'])
  })
})

describe('messages', () => {
  test('are posted, answered in a thread, broadcast, edited and taken back', async () => {
    const { workspace, client } = await aClientOf()
    const metadata = { event_type: 'flytt', event_payload: { migration: 'm1' } }
    const root = await client.chat.postMessage({ channel: MIGRATE, text: 'root', metadata })
    const threadTs = root.ts ?? ''
    await client.chat.postMessage({ channel: '#migrate', text: 'reply', thread_ts: threadTs, unfurl_links: false })
    const news = await client.chat.postMessage({
      channel: MIGRATE,
      text: 'news',
      thread_ts: threadTs,
      reply_broadcast: true,
    })
    expect(root.message).toMatchObject({ text: 'root', bot_id: 'B0FLYTT', user: 'U0FLYTT', ts: threadTs, metadata })

    await client.chat.update({ channel: MIGRATE, ts: threadTs, text: 'root, edited' })
    const replies = await client.conversations.replies({ channel: MIGRATE, ts: threadTs, include_all_metadata: true })
    expect(replies.messages).toMatchObject([
      { text: 'root, edited', metadata, reply_count: 2, latest_reply: news.ts, edited: { user: 'U0FLYTT' } },
      { text: 'reply', thread_ts: threadTs },
      { text: 'news', thread_ts: threadTs, subtype: 'thread_broadcast' },
    ])
    const history = await client.conversations.history({ channel: MIGRATE })
    expect(history.messages?.map(({ text }) => text)).toEqual(['news', 'root, edited'])
    expect(history.messages?.[1]).not.toHaveProperty('metadata')

    await client.chat.update({ channel: MIGRATE, ts: news.ts ?? '', text: 'news', blocks: [{ type: 'divider' }] })
    expect(workspace.messages({ channelId: MIGRATE, threadTs }).messages[2]).toMatchObject({
      edited: null,
      broadcast: true,
      blocks: [{ type: 'divider', block_id: expect.any(String) }],
    })
    await client.chat.delete({ channel: MIGRATE, ts: news.ts ?? '' })
    expect(workspace.messages({ channelId: MIGRATE, threadTs }).messages).toHaveLength(2)
    const { permalink } = await client.chat.getPermalink({ channel: MIGRATE, message_ts: threadTs })
    expect(permalink).toContain(threadTs)
  })

  test('meant for a thread that is gone land in the channel, and only the answer shows it', async () => {
    const { client } = await aClientOf()
    const { ts = '' } = await client.chat.postMessage({ channel: MIGRATE, text: 'root' })
    await client.chat.delete({ channel: MIGRATE, ts })
    const { ok, message } = await client.chat.postMessage({ channel: MIGRATE, text: 'reply', thread_ts: ts })
    expect(ok).toBe(true)
    expect(message).not.toHaveProperty('thread_ts')
  })

  test('have a ts that only grows', async () => {
    const { workspace } = await aClientOf()
    const sent = Array.from({ length: 200 }, () => workspace.message({ userId: OLA, channelId: MIGRATE, text: 'x' }).ts)
    expect(sent).toEqual([...new Set(sent)].sort())
    expect(sent[0]).toMatch(/^\d{10}\.\d{6}$/)
  })

  test('are refused by the names Slack uses', async () => {
    const { workspace, client } = await aClientOf({ rateLimits: false })
    const post = (text: string, more = {}) => errorOf(client.chat.postMessage({ channel: MIGRATE, text, ...more }))
    const person = workspace.message({ userId: OLA, channelId: MIGRATE, text: 'mine' }).ts
    const { ts = '' } = await client.chat.postMessage({ channel: MIGRATE, text: 'ours' })
    expect(await post('')).toBe('no_text')
    expect(await post('x'.repeat(40_000))).toBe('ok')
    expect(await post('x'.repeat(40_001))).toBe('msg_too_long')
    expect(await errorOf(client.chat.postMessage({ channel: 'C0RANDOM', text: 'x' }))).toBe('not_in_channel')
    expect(await errorOf(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).toBe('channel_not_found')
    expect(await post('x', { thread_ts: '1700' })).toBe('invalid_thread_ts')
    expect(await post('x', { metadata: { event_type: 'x' } })).toBe('invalid_metadata_format')
    expect(await errorOf(client.chat.update({ channel: MIGRATE, ts: person, text: 'x' }))).toBe('cant_update_message')
    expect(await errorOf(client.chat.update({ channel: MIGRATE, ts, text: 'x'.repeat(4001) }))).toBe('msg_too_long')
    expect(await errorOf(client.chat.update({ channel: MIGRATE, ts: '1.2', text: 'x' }))).toBe('message_not_found')
    expect(await errorOf(client.chat.delete({ channel: MIGRATE, ts: person }))).toBe('cant_delete_message')
  })

  test('that are ephemeral are seen by one person and cannot be edited', async () => {
    const { workspace, client } = await aClientOf()
    const { message_ts = '' } = await client.chat.postEphemeral({ channel: MIGRATE, user: OLA, text: 'only you' })
    expect(workspace.messages({ channelId: MIGRATE, userId: OLA }).messages).toMatchObject([{ ephemeral: true }])
    expect(workspace.messages({ channelId: MIGRATE, userId: ADA }).messages).toEqual([])
    expect(await errorOf(client.chat.update({ channel: MIGRATE, ts: message_ts, text: 'x' }))).toBe('message_not_found')
    expect(await errorOf(client.chat.postEphemeral({ channel: MIGRATE, user: 'U0EXTERN', text: 'x' }))).toBe(
      'user_not_in_channel',
    )
  })

  test('are pinned once', async () => {
    const { client } = await aClientOf()
    const { ts = '' } = await client.chat.postMessage({ channel: MIGRATE, text: 'root' })
    const pin = () => errorOf(client.pins.add({ channel: MIGRATE, timestamp: ts }))
    expect([await pin(), await pin()]).toEqual(['ok', 'already_pinned'])
    expect(await errorOf(client.pins.remove({ channel: MIGRATE, timestamp: ts }))).toBe('ok')
    expect(await errorOf(client.pins.remove({ channel: MIGRATE, timestamp: ts }))).toBe('no_pin')
  })

  test('come in pages', async () => {
    const { workspace, client } = await aClientOf()
    for (let number = 0; number < 5; number += 1) {
      workspace.message({ userId: OLA, channelId: MIGRATE, text: String(number) })
    }
    const texts: (string | undefined)[] = []
    for await (const page of client.paginate('conversations.history', { channel: MIGRATE, limit: 2 })) {
      texts.push(
        ...((Object.entries(page).find(([name]) => name === 'messages')?.[1] ?? []) as { text?: string }[]).map(
          ({ text }) => text,
        ),
      )
    }
    expect(texts).toEqual(['4', '3', '2', '1', '0'])
    expect(await errorOf(client.conversations.history({ channel: MIGRATE, cursor: 'nonsense' }))).toBe('invalid_cursor')
  })
})

describe('people and channels', () => {
  test('carry the flags that decide who may approve', async () => {
    const { workspace, client } = await aClientOf()
    const info = async (user: string) => (await client.users.info({ user })).user
    expect(await info(ADA)).toMatchObject({ team_id: 'T0SANDBOX', is_bot: false, deleted: false, is_restricted: false })
    expect(await info('U0GUEST')).toMatchObject({ is_restricted: true })
    expect(await info('U0EXTERN')).toMatchObject({ is_stranger: true, team_id: 'T0PARTNER' })
    expect(await info('U0GONE')).toMatchObject({ deleted: true })
    expect(await info('U0OTHERBOT')).toMatchObject({ is_bot: true })
    expect(await errorOf(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found')
    workspace.person({ userId: ADA, deleted: true })
    expect(await info(ADA)).toMatchObject({ deleted: true })
  })

  test('are grouped', async () => {
    const { workspace, client } = await aClientOf()
    expect((await client.usergroups.list()).usergroups).toMatchObject([{ id: 'S0DBA', handle: 'dba' }])
    workspace.userGroup({ groupId: 'S0DBA', userIds: [ADA] })
    expect((await client.usergroups.users.list({ usergroup: 'S0DBA' })).users).toEqual([ADA])
    expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam')
    const shared = await client.conversations.info({ channel: 'C0SHARED' })
    expect(shared.channel).toMatchObject({ is_ext_shared: true, is_member: true, connected_team_ids: ['T0PARTNER'] })
    expect((await client.conversations.members({ channel: 'C0RANDOM' })).members).not.toContain('U0FLYTT')
  })
})

describe('files', () => {
  test('are uploaded by uploadV2 into a thread and can be fetched', async () => {
    const { workspace, client } = await aClientOf()
    const { ts: threadTs = '' } = await client.chat.postMessage({ channel: MIGRATE, text: 'root' })
    const content = 'id;næme\n1;ø\n'
    await client.filesUploadV2({
      channel_id: MIGRATE,
      thread_ts: threadTs,
      filename: 'report.csv',
      title: 'The report',
      initial_comment: 'done',
      content,
    })

    const reply = workspace.messages({ channelId: MIGRATE, threadTs }).messages[1]
    expect(reply).toMatchObject({
      text: 'done',
      files: [{ name: 'report.csv', title: 'The report', mimetype: 'text/csv', size: Buffer.byteLength(content) }],
    })
    expect(await (await fetch(reply?.files[0]?.url ?? '')).text()).toBe(content)
  })

  test('must arrive whole before they are completed', async () => {
    const { client } = await aClientOf()
    const { upload_url = '', file_id = '' } = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 5 })
    expect((await fetch(upload_url, { method: 'POST', body: 'four' })).status).toBe(400)
    expect(await errorOf(client.files.completeUploadExternal({ files: [{ id: file_id }] }))).toBe('file_not_found')
  })
})

describe('limits on calls', () => {
  test('let a burst of posts through and then answer 429 with Retry-After, per channel', async () => {
    const { client } = await aClientOf()
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'x' })
    for (let number = 0; number < 10; number += 1) await post(MIGRATE)
    const error: unknown = await post(MIGRATE).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(WebAPIRateLimitedError)
    expect(error).toMatchObject({ retryAfter: 1 })
    expect(await errorOf(post('C0SHARED'))).toBe('ok')
  })
})

describe('faults', () => {
  test('answer 429, 500 or an error name once, and not the other methods', async () => {
    const { workspace, client } = await aClientOf()
    workspace.fault({ kind: 'rate_limit', method: 'users.info', seconds: 7 })
    workspace.fault({ kind: 'fail_call', method: 'usergroups.list' })
    workspace.fault({ kind: 'error_call', method: 'conversations.info', error: 'channel_not_found' })
    expect(await errorOf(client.auth.test())).toBe('ok')
    await expect(client.users.info({ user: ADA })).rejects.toMatchObject({ retryAfter: 7 })
    await expect(client.usergroups.list()).rejects.toBeInstanceOf(WebAPIHTTPError)
    expect(await errorOf(client.conversations.info({ channel: MIGRATE }))).toBe('channel_not_found')
    expect(await errorOf(client.users.info({ user: ADA }))).toBe('ok')
    expect(await errorOf(client.usergroups.list())).toBe('ok')
    expect(await errorOf(client.conversations.info({ channel: MIGRATE }))).toBe('ok')
  })

  test('lose the response of a call that was applied, once', async () => {
    const { workspace, client } = await aClientOf()
    workspace.fault({ kind: 'lose_response', method: 'chat.postMessage' })
    expect(await errorOf(client.chat.postMessage({ channel: MIGRATE, text: 'x' }))).not.toBe('ok')
    expect(workspace.messages({ channelId: MIGRATE }).messages).toHaveLength(1)
    expect(await errorOf(client.chat.postMessage({ channel: MIGRATE, text: 'y' }))).toBe('ok')
    expect(workspace.messages({ channelId: MIGRATE }).messages).toHaveLength(2)
    expect(workspace.calls({ method: 'chat.postMessage' }).calls).toMatchObject([
      { status: 0, error: 'response_lost', userVisible: { text: 'x' } },
      { status: 200 },
    ])
  })

  test('make a call slow, or everything unavailable until they are cleared', async () => {
    const { workspace, client } = await aClientOf()
    workspace.fault({ kind: 'slow_call', method: 'auth.test', seconds: 0.3 })
    const startMs = Date.now()
    await client.auth.test()
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(290)

    workspace.fault({ kind: 'down', seconds: 60 })
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 })
    workspace.clearFaults()
    expect(await errorOf(client.auth.test())).toBe('ok')

    workspace.fault({ kind: 'refuse_socket', seconds: 60 })
    expect(await errorOf(aClient(workspace, workspace.appToken).apps.connections.open({}))).toBe('internal_error')
  })
})
