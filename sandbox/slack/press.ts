import { interactionPayload, requirePerson, sendInteraction, type InteractionResult } from './interaction-payload.ts'
import { isJsonObject, objectsOf, stringOf, type JsonObject } from './json.ts'
import { nowTs } from './ids.ts'
import { toSlackMessage } from './message-shape.ts'
import type { Message } from './messages.ts'
import { ControlError } from './slack-error.ts'
import { valueMember } from './view-values.ts'
import type { World } from './world.ts'

export interface PressRequest {
  readonly userId: string
  readonly actionId: string
  /** For a menu: the value of the chosen option; for a button: tells apart buttons with one action id. */
  readonly value?: string | undefined
}

/** Presses a button, or chooses from a menu, of a message. */
export async function pressInMessage(
  world: World,
  request: PressRequest,
  message: Message,
): Promise<InteractionResult> {
  const person = requirePerson(world, request.userId)
  const channel = world.channels.require(message.channelId)
  const action = buildAction(message.blocks, request)
  const isEphemeral = message.ephemeralFor !== null
  const responseUrl = world.responseUrls.create({
    userId: person.id,
    channelId: channel.id,
    messageTs: message.ts,
    threadTs: message.threadTs,
  })
  return await sendInteraction(world, {
    ...interactionPayload(world, person, 'block_actions'),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: channel.name },
    ...(isEphemeral ? {} : { message: toSlackMessage(world.messages, message, world.url) }),
    state: { values: {} },
    response_url: `${world.url}/response/${responseUrl.id}`,
    actions: [action],
  })
}

/** Presses a button, or chooses from a menu, of a modal or a Home tab. */
export async function pressInView(world: World, request: PressRequest, viewId: string): Promise<InteractionResult> {
  const person = requirePerson(world, request.userId)
  const found = world.views.find(({ id }) => id === viewId)
  if (found?.userId !== person.id) throw new ControlError(404, `${person.id} has no view ${viewId} open.`)
  const action = buildAction(found.view.blocks, request)
  keepChoice(found.view.state.values, action)
  return await sendInteraction(world, {
    ...interactionPayload(world, person, 'block_actions'),
    container: { type: 'view', view_id: viewId },
    view: found.view,
    actions: [action],
  })
}

function buildAction(blocks: readonly JsonObject[], { actionId, value }: PressRequest): JsonObject {
  const candidates = listElements(blocks).filter(({ element }) => element['action_id'] === actionId)
  const found = candidates.find(({ element }) => value !== undefined && element['value'] === value) ?? candidates[0]
  if (found === undefined) throw new ControlError(404, `There is no element with the action id ${actionId}.`)
  const { element, blockId } = found
  const common = { type: element['type'], action_id: actionId, block_id: blockId, action_ts: nowTs() }
  if (element['type'] === 'button' || element['type'] === 'workflow_button') {
    const { text, value: given, style } = element
    return {
      ...common,
      text,
      ...(given === undefined ? {} : { value: given }),
      ...(style === undefined ? {} : { style }),
    }
  }
  return { ...common, [valueMember(element)]: chosen(element, value ?? '') }
}

function chosen(element: JsonObject, value: string): unknown {
  const options = [
    ...objectsOf(element['options']),
    ...objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options'])),
  ]
  const member = valueMember(element)
  const isMany = member.startsWith('selected_') && member.endsWith('s')
  if (options.length === 0) return isMany ? value.split(',') : value
  const picked = value.split(',').map((one) => {
    const option = options.find((candidate) => candidate['value'] === one)
    if (option === undefined) throw new ControlError(400, `The menu has no option with the value ${one}.`)
    return option
  })
  return isMany ? picked : picked[0]
}

function keepChoice(values: Record<string, Record<string, JsonObject>>, action: JsonObject): void {
  const blockId = stringOf(action, 'block_id') ?? ''
  const actionId = stringOf(action, 'action_id') ?? ''
  const current = values[blockId]?.[actionId]
  if (current === undefined) return
  const { type, ...chosenMembers } = Object.fromEntries(
    Object.entries(action).filter(([name]) => !['action_id', 'block_id', 'action_ts'].includes(name)),
  )
  values[blockId] = { ...values[blockId], [actionId]: { type, ...chosenMembers } }
}

function listElements(blocks: readonly JsonObject[]): { blockId: string; element: JsonObject }[] {
  return blocks.flatMap((block) => {
    const blockId = stringOf(block, 'block_id') ?? ''
    const own = [block['accessory'], block['element'], ...objectsOf(block['elements']), ...objectsOf(block['actions'])]
    const inner = [
      ...objectsOf(block['child_blocks']),
      ...(block['type'] === 'carousel' ? objectsOf(block['elements']) : []),
    ]
    return [
      ...own.filter((item) => isJsonObject(item)).map((element) => ({ blockId, element })),
      ...listElements(inner),
    ]
  })
}
