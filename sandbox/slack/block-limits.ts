import type { z } from 'zod'
import { BLOCK_SCHEMAS, MAX_BLOCKS, type Surface } from './block-schemas.ts'
import { isJsonObject, objectsOf, stringOf, type JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

/** One reason why Slack refuses blocks, as `blocks.validate` lists it. */
export interface BlockIssue {
  readonly code: string
  readonly constraint: string | number | null
  readonly message: string
  /** JSON pointer to the faulty place. */
  readonly pointer: string
}

/** All text of a message's blocks together; Slack refused from about here on (bolt-js#2509). */
const MAX_BLOCK_CHARACTERS = 13_000
const MAX_MARKDOWN_CHARACTERS = 12_000
const MAX_CHARTS = 2

/** Lists everything Slack would refuse. @param pointer - where the blocks stand, such as `/blocks` or `/view/blocks` */
export function findBlockIssues(blocks: unknown, surface: Surface, pointer = '/blocks'): BlockIssue[] {
  if (!Array.isArray(blocks))
    return [{ code: 'invalid_type', constraint: 'array', message: 'must be an array', pointer }]
  const max = MAX_BLOCKS[surface]
  const issues: BlockIssue[] = []
  if (blocks.length > max) {
    issues.push({
      code: 'too_many_items',
      constraint: max,
      message: `no more than ${String(max)} items allowed`,
      pointer,
    })
  }
  blocks.forEach((block: unknown, index) => {
    const place = `${pointer}/${String(index)}`
    const parsed = BLOCK_SCHEMAS[surface].safeParse(block)
    if (!parsed.success) issues.push(...parsed.error.issues.map((issue) => toBlockIssue(issue, block, place)))
  })
  return [...issues, ...findDuplicates(blocks, pointer), ...findMessageTotals(blocks, surface, pointer)]
}

/**
 * Accepts blocks as Slack would: within the limits, with ids where the app gave none.
 *
 * @throws {SlackError} `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`
 */
export function acceptBlocks(blocks: unknown, surface: Surface): JsonObject[] {
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format')
  const issues = findBlockIssues(blocks, surface)
  if (issues.length > 0) throw new SlackError('invalid_blocks', toErrorDetail(issues))
  if (surface === 'message' && countCharacters(blocks) > MAX_BLOCK_CHARACTERS)
    throw new SlackError('msg_blocks_too_long')
  return giveIds(objectsOf(blocks))
}

/** Writes issues as the `errors` and `response_metadata.messages` of an answer. */
export function toErrorDetail(issues: readonly BlockIssue[]): JsonObject {
  const messages = issues.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`)
  return { errors: messages, response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } }
}

/** Gives every block a `block_id` and every element an `action_id`, as Slack does. */
export function giveIds(blocks: readonly JsonObject[]): JsonObject[] {
  const giveActionId = (element: unknown, name: string): unknown =>
    isJsonObject(element) && INTERACTIVE.test(stringOf(element, 'type') ?? '')
      ? { action_id: name, ...element }
      : element
  return blocks.map((block, index) => {
    const blockId = stringOf(block, 'block_id') ?? ''
    // Slack makes these up at random; the place keeps them the same through every edit.
    const copy: JsonObject = { ...block, block_id: blockId === '' ? `auto-${String(index)}` : blockId }
    if (block['type'] === 'actions' && Array.isArray(block['elements'])) {
      copy['elements'] = block['elements'].map((element, place) => giveActionId(element, `a${String(place)}`))
    }
    if (block['accessory'] !== undefined) copy['accessory'] = giveActionId(block['accessory'], 'a0')
    if (block['type'] === 'input') copy['element'] = giveActionId(block['element'], 'a0')
    return copy
  })
}

const INTERACTIVE = /button|select|overflow|picker|checkboxes|input/

function toBlockIssue(issue: z.core.$ZodIssue, block: unknown, place: string): BlockIssue {
  const pointer = [place, ...issue.path.map(String)].join('/')
  const of = (code: string, constraint: BlockIssue['constraint'], message: string) => ({
    code,
    constraint,
    message,
    pointer,
  })
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? of('too_many_items', Number(issue.maximum), `no more than ${String(issue.maximum)} items allowed`)
        : of('too_long', Number(issue.maximum), `must be less than ${String(Number(issue.maximum) + 1)} characters`)
    case 'too_small':
      return issue.origin === 'array'
        ? of('too_few_items', Number(issue.minimum), `must contain at least ${String(issue.minimum)} items`)
        : of('too_short', Number(issue.minimum), `must be more than ${String(Number(issue.minimum) - 1)} characters`)
    case 'unrecognized_keys':
      return of('additional_property', issue.keys.join(', '), `invalid additional property: ${issue.keys.join(', ')}`)
    case 'invalid_union': {
      const at = issue.path.slice(0, -1).reduce<unknown>((value, key) => (value as JsonObject)[String(key)], block)
      const type = isJsonObject(at) ? stringOf(at, 'type') : null
      return type === null
        ? of('missing_field', 'type', 'missing required field: type')
        : of('unsupported_type', type, `unsupported type: ${type}`)
    }
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? of(
            'missing_field',
            String(issue.path.at(-1) ?? ''),
            `missing required field: ${String(issue.path.at(-1) ?? '')}`,
          )
        : of('invalid_type', issue.expected, `must be a valid ${issue.expected}`)
    default:
      return of('invalid_value', null, issue.message)
  }
}

function findDuplicates(blocks: readonly unknown[], pointer: string): BlockIssue[] {
  const seen = new Set<string>()
  return blocks.flatMap((block, index) => {
    if (!isJsonObject(block)) return []
    const place = `${pointer}/${String(index)}`
    const blockId = stringOf(block, 'block_id')
    const isTwin = blockId !== null && blockId !== '' && seen.has(blockId)
    if (blockId !== null) seen.add(blockId)
    const actionIds = objectsOf(block['elements']).flatMap((element) => stringOf(element, 'action_id') ?? [])
    const twin = actionIds.find((id, at) => actionIds.indexOf(id) !== at)
    return [
      ...(isTwin ? [duplicate(`\`block_id\` ${blockId} already exists`, `${place}/block_id`)] : []),
      ...(twin === undefined ? [] : [duplicate(`\`action_id\` ${twin} already exists for block`, `${place}/elements`)]),
    ]
  })
}

function duplicate(message: string, pointer: string): BlockIssue {
  return { code: 'duplicate', constraint: null, message, pointer }
}

function findMessageTotals(blocks: readonly unknown[], surface: Surface, pointer: string): BlockIssue[] {
  if (surface !== 'message') return []
  const ofType = (type: string) => objectsOf(blocks).filter((block) => block['type'] === type)
  const markdownLength = ofType('markdown').reduce((sum, block) => sum + (stringOf(block, 'text') ?? '').length, 0)
  const issues: BlockIssue[] = []
  if (markdownLength > MAX_MARKDOWN_CHARACTERS) {
    issues.push({
      code: 'too_long',
      constraint: MAX_MARKDOWN_CHARACTERS,
      message: 'markdown text is too long in total',
      pointer,
    })
  }
  if (ofType('data_visualization').length > MAX_CHARTS) {
    issues.push({ code: 'too_many_items', constraint: MAX_CHARTS, message: 'no more than 2 charts allowed', pointer })
  }
  if (ofType('plan').length > 0 && ofType('task_card').length > 0) {
    issues.push({
      code: 'invalid_value',
      constraint: null,
      message: 'plan and task_card cannot be used together',
      pointer,
    })
  }
  return issues
}

function countCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0)
  if (!isJsonObject(value)) return 0
  return Object.entries(value).reduce(
    (sum, [name, member]) =>
      sum + (name === 'text' && typeof member === 'string' ? member.length : countCharacters(member)),
    0,
  )
}
