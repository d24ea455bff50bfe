import { describe, expect, test } from '@jest/globals'
import type { Message } from '../../../../src/slack/message.ts'
import { EXAMPLES, HOSTILE_EXAMPLES } from './message-examples.ts'

interface TextObject {
  readonly type: string
  readonly text: string
  readonly verbatim?: boolean
}

/** Every text object of a message's blocks, with its block's type. */
function textsOf(message: Message): readonly (TextObject & { readonly block: string })[] {
  return (message.blocks ?? []).flatMap((block) => {
    const found = block as { type: string; text?: TextObject; elements?: { type: string; text?: unknown }[] }
    const own = found.text === undefined ? [] : [found.text]
    // A context element is a text object; a button has one.
    const inner = (found.elements ?? []).map((element) =>
      typeof element.text === 'string' ? (element as TextObject) : (element.text as TextObject),
    )
    return [...own, ...inner].map((text) => ({ ...text, block: found.type }))
  })
}

/** All that mrkdwn can turn into something live. */
const TOKENS = /<([^>]*)>/g
const OURS = /^(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[^|]+\|[^|]+|!subteam\^S[A-Z0-9]+)$/

describe('messages as people see them', () => {
  test.each(Object.entries(EXAMPLES))('%s', (_name, message) => {
    expect(message).toMatchSnapshot()
  })
})

describe.each([
  ['ordinary', EXAMPLES],
  ['hostile', HOSTILE_EXAMPLES],
])('%s messages', (_kind, examples) => {
  test.each(Object.entries(examples))('%s keeps within the limits of Slack', (_name, message) => {
    expect(message.text.trim()).not.toBe('')
    expect(message.text.length).toBeLessThanOrEqual(3500)
    expect(message.blocks?.length ?? 0).toBeLessThanOrEqual(50)
    for (const { block, text } of textsOf(message)) {
      expect(text.trim()).not.toBe('')
      expect(text.length).toBeLessThanOrEqual(block === 'header' ? 150 : block === 'actions' ? 75 : 3000)
    }
  })

  test.each(Object.entries(examples))('%s mentions and links only what Flytt means to', (_name, message) => {
    const mrkdwn = textsOf(message).filter(({ type }) => type === 'mrkdwn')
    const live = [message.text, ...mrkdwn.map(({ text }) => text)].flatMap((text) =>
      [...text.matchAll(TOKENS)].map(([, token]) => token ?? ''),
    )
    expect(live.filter((token) => !OURS.test(token) || token === '@U1')).toEqual([])
  })

  test.each(Object.entries(examples))('%s has no half token or entity', (_name, message) => {
    for (const { type, text } of textsOf(message)) {
      if (type !== 'mrkdwn') continue
      expect(text.replace(TOKENS, '')).not.toMatch(/[<>]/)
      expect(text).not.toMatch(/&(?!(amp|lt|gt);)/)
    }
  })

  test.each(Object.entries(examples))('%s lets Slack parse nothing by itself', (_name, message) => {
    const mrkdwn = textsOf(message).filter(({ type }) => type === 'mrkdwn')
    expect(mrkdwn.filter(({ verbatim }) => verbatim !== true)).toEqual([])
  })
})
