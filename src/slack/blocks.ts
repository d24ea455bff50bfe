import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  SectionBlock,
} from '@slack/types'
import { cutEscaped, joinLines, truncate } from './escape.ts'
import type { Message } from './message.ts'

/** What Slack takes in one text object of a section or context block, in characters. */
export const SECTION_LIMIT = 3000
/** What Slack takes in one message; more is refused as a whole. */
export const BLOCKS_LIMIT = 50
/** Above about 13,000 characters in all blocks Slack answers `msg_blocks_too_long`. */
const TOTAL_LIMIT = 12_000
/** What `chat.update` takes as text, less some room. */
const TEXT_LIMIT = 3500
const HEADER_LIMIT = 150
const BUTTON_LIMIT = 75

/** A large plain line. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: truncate(text, HEADER_LIMIT), emoji: true } }
}

/** A paragraph of mrkdwn; everything in it that is not Flytt's own must be escaped already. */
export function section(...lines: readonly string[]): SectionBlock {
  return { type: 'section', text: mrkdwn(lines) }
}

/** Small grey text. */
export function context(...lines: readonly string[]): ContextBlock {
  return { type: 'context', elements: [mrkdwn(lines)] }
}

/** A thin line. */
export function divider(): DividerBlock {
  return { type: 'divider' }
}

/** A row of buttons; at least one. */
export function actions(...elements: readonly Button[]): ActionsBlock {
  return { type: 'actions', elements: [...elements] }
}

/** What a button says, does, and asks before. */
export interface ButtonSpec {
  readonly actionId: string
  readonly label: string
  readonly value: string
  readonly style?: 'primary' | 'danger'
  /** Asks before it is done: what will happen, and the word on the button that does it. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string }
}

/** A button; its value is what its handler gets. */
export function button(spec: ButtonSpec): Button {
  const { confirm } = spec
  return {
    type: 'button',
    action_id: spec.actionId,
    text: plain(spec.label, BUTTON_LIMIT),
    value: spec.value,
    ...(spec.style === undefined ? {} : { style: spec.style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, 100),
            text: plain(confirm.text, 300),
            confirm: plain(confirm.yes, 30),
            deny: plain(confirm.no, 30),
            ...(spec.style === undefined ? {} : { style: spec.style }),
          },
        }),
  }
}

/** Makes a message of one sentence for notifications, and of blocks; keeps both within Slack's limits. */
export function toMessage(text: string, blocks: readonly KnownBlock[], countRest?: (count: number) => string): Message {
  return {
    text: cutEscaped(text, TEXT_LIMIT),
    blocks: limitBlocks(blocks, countRest ?? ((count) => `… and ${count} more`)),
  }
}

/** Keeps blocks within Slack's number of them, and within what it takes of all of them together. */
export function limitBlocks(blocks: readonly KnownBlock[], countRest: (count: number) => string): KnownBlock[] {
  const kept: KnownBlock[] = []
  let length = 0
  for (const block of blocks) {
    length += JSON.stringify(block).length
    const isLast = kept.length === blocks.length - 1
    if (length > TOTAL_LIMIT || (kept.length === BLOCKS_LIMIT - 1 && !isLast)) {
      return [...kept, context(countRest(blocks.length - kept.length))]
    }
    kept.push(block)
  }
  return kept
}

function plain(text: string, maxLength: number) {
  return { type: 'plain_text' as const, text: truncate(text, maxLength), emoji: true }
}

/** `verbatim`: Slack makes no links or mentions of what only looks like one. */
function mrkdwn(lines: readonly string[]): MrkdwnElement {
  return { type: 'mrkdwn', text: joinLines(lines, SECTION_LIMIT), verbatim: true }
}
