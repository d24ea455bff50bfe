import { afterEach, describe, expect, test } from '@jest/globals'
import type { Block } from '@slack/web-api'
import { findBlockIssues } from '../../../sandbox/slack/block-limits.ts'
import { aClient, aWorkspace, errorOf, MIGRATE, stopAll } from './connected-app.ts'

afterEach(stopAll)

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) })
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) })
const section = (length: number) => ({ type: 'section', text: mrkdwn(length) })
const button = (more: object = {}) => ({ type: 'button', action_id: 'go', text: plain(2), ...more })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))

describe('block limits', () => {
  test.each<[string, object[], object[]]>([
    ['blocks in a message', many(50, () => ({ type: 'divider' })), many(51, () => ({ type: 'divider' }))],
    ['section text', [section(3000)], [section(3001)]],
    ['header', [{ type: 'header', text: plain(150) }], [{ type: 'header', text: plain(151) }]],
    ['button text', [actions(button({ text: plain(75) }))], [actions(button({ text: plain(76) }))]],
    ['button value', [actions(button({ value: 'x'.repeat(2000) }))], [actions(button({ value: 'x'.repeat(2001) }))]],
    ['action_id', [actions(button({ action_id: 'x'.repeat(255) }))], [actions(button({ action_id: 'x'.repeat(256) }))]],
    ['one action_id in a block', [actions(button(), button({ action_id: 'b' }))], [actions(button(), button())]],
    [
      'one block_id in a message',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'b' },
      ],
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
    ],
    [
      'fields',
      [{ type: 'section', fields: many(10, () => mrkdwn(2000)) }],
      [{ type: 'section', fields: many(11, () => mrkdwn(1)) }],
    ],
    ['field text', [{ type: 'section', fields: [mrkdwn(2000)] }], [{ type: 'section', fields: [mrkdwn(2001)] }]],
    [
      'elements of an actions block',
      [actions(...many(25, (index) => button({ action_id: `a${String(index)}` })))],
      [actions(...many(26, (index) => button({ action_id: `a${String(index)}` })))],
    ],
    [
      'elements of a context block',
      [{ type: 'context', elements: many(10, () => mrkdwn(5)) }],
      [{ type: 'context', elements: many(11, () => mrkdwn(5)) }],
    ],
    ['known blocks', [{ type: 'divider' }], [{ type: 'blink' }]],
    ['known elements', [actions(button())], [actions({ type: 'lever' })]],
    ['known members', [{ type: 'divider' }], [{ type: 'divider', colour: 'red' }]],
    ['text that is there', [section(1)], [section(0)]],
    ['blocks for messages', [{ type: 'markdown', text: 'x' }], [{ type: 'alert', text: plain(3) }]],
    [
      'options of a menu',
      [actions({ type: 'static_select', options: many(100, (index) => ({ text: plain(3), value: String(index) })) })],
      [actions({ type: 'static_select', options: many(101, (index) => ({ text: plain(3), value: String(index) })) })],
    ],
  ])('hold for %s', (_what, good, bad) => {
    expect(findBlockIssues(good, 'message')).toEqual([])
    expect(findBlockIssues(bad, 'message')).not.toEqual([])
  })

  test('name the place and the reason', () => {
    expect(findBlockIssues([{ type: 'divider' }, section(3001), { type: 'blink' }], 'message')).toEqual([
      {
        code: 'too_long',
        constraint: 3000,
        message: 'must be less than 3001 characters',
        pointer: '/blocks/1/text/text',
      },
      { code: 'unsupported_type', constraint: 'blink', message: 'unsupported type: blink', pointer: '/blocks/2/type' },
    ])
  })

  test('are what chat.postMessage and blocks.validate answer with', async () => {
    const client = aClient(await aWorkspace())
    const blocks = [{ type: 'blink' }] as unknown as Block[]
    await expect(client.chat.postMessage({ channel: MIGRATE, text: 'x', blocks })).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        errors: ['unsupported type: blink [json-pointer:/blocks/0/type]'],
        response_metadata: { messages: ['[ERROR] unsupported type: blink [json-pointer:/blocks/0/type]'] },
      },
    })
    await expect(client.apiCall('blocks.validate', { blocks })).rejects.toMatchObject({
      data: { errors: [{ code: 'unsupported_type', pointer: '/blocks/0/type' }] },
    })
    expect(await client.apiCall('blocks.validate', { blocks: [section(10)] })).toMatchObject({ ok: true, errors: [] })
    const long = many(5, () => section(2700)) as unknown as Block[]
    expect(await errorOf(client.chat.postMessage({ channel: MIGRATE, text: 'x', blocks: long }))).toBe(
      'msg_blocks_too_long',
    )
    const broken = 'not json' as unknown as Block[]
    expect(await errorOf(client.chat.postMessage({ channel: MIGRATE, text: 'x', blocks: broken }))).toBe(
      'invalid_blocks_format',
    )
  })
})
