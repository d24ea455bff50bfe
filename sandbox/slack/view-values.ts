import { isJsonObject, objectsOf, stringOf, type JsonObject } from './json.ts'
import { ControlError } from './slack-error.ts'

/** `view.state.values`: by block id, then by action id. */
export type ViewValues = Record<string, Record<string, JsonObject>>

/** The member of a state value that each kind of element fills, and the member it starts from. */
const VALUE_MEMBERS: readonly (readonly [type: RegExp, member: string, initial: string])[] = [
  [/_input$/, 'value', 'initial_value'],
  [/^(static_select|external_select|radio_buttons)$/, 'selected_option', 'initial_option'],
  [/^(multi_static_select|multi_external_select|checkboxes)$/, 'selected_options', 'initial_options'],
  [/^users_select$/, 'selected_user', 'initial_user'],
  [/^multi_users_select$/, 'selected_users', 'initial_users'],
  [/^channels_select$/, 'selected_channel', 'initial_channel'],
  [/^multi_channels_select$/, 'selected_channels', 'initial_channels'],
  [/^conversations_select$/, 'selected_conversation', 'initial_conversation'],
  [/^multi_conversations_select$/, 'selected_conversations', 'initial_conversations'],
  [/^datepicker$/, 'selected_date', 'initial_date'],
  [/^timepicker$/, 'selected_time', 'initial_time'],
  [/^datetimepicker$/, 'selected_date_time', 'initial_date_time'],
]

/** Gives the member that holds what a person chose in an element. */
export function valueMember(element: JsonObject): string {
  return element['type'] === 'overflow' ? 'selected_option' : membersOf(element)[1]
}

/** Gives the state a view starts with. */
export function initialValues(blocks: readonly JsonObject[]): ViewValues {
  const values: ViewValues = {}
  for (const { blockId, element } of listInputs(blocks)) {
    const [, member, initial] = membersOf(element)
    const isMany = member.startsWith('selected_') && member.endsWith('s')
    values[blockId] = {
      ...values[blockId],
      [stringOf(element, 'action_id') ?? '']: {
        type: element['type'],
        [member]: element[initial] ?? (isMany ? [] : null),
      },
    }
  }
  return values
}

/** Takes over what a person had filled in, where the view still has the field. */
export function keepValues(values: ViewValues, previous: ViewValues): void {
  for (const [blockId, actions] of Object.entries(values)) {
    for (const [actionId, value] of Object.entries(actions)) {
      const before = previous[blockId]?.[actionId]
      if (before !== undefined && before['type'] === value['type']) actions[actionId] = before
    }
  }
}

/**
 * Lays what a person filled in over what the view started with.
 *
 * @throws {ControlError} for a field the view does not have, and for a required one left empty: Slack would not send it
 */
export function fillIn(blocks: readonly JsonObject[], given: JsonObject): ViewValues {
  const values = initialValues(blocks)
  for (const [blockId, actions] of Object.entries(given)) {
    for (const [actionId, value] of Object.entries(isJsonObject(actions) ? actions : {})) {
      const current = values[blockId]?.[actionId]
      if (current === undefined) throw new ControlError(400, `The view has no field ${blockId}/${actionId}.`)
      values[blockId] = { ...values[blockId], [actionId]: { ...current, ...(isJsonObject(value) ? value : { value }) } }
    }
  }
  for (const block of blocks) {
    if (block['type'] !== 'input' || block['optional'] === true) continue
    const blockId = stringOf(block, 'block_id') ?? ''
    if (Object.values(values[blockId] ?? {}).some(isEmpty))
      throw new ControlError(400, `The field ${blockId} must be filled in.`)
  }
  return values
}

function isEmpty(value: JsonObject): boolean {
  return Object.entries(value).some(
    ([name, member]) =>
      name !== 'type' && (member === null || member === '' || (Array.isArray(member) && member.length === 0)),
  )
}

function listInputs(blocks: readonly JsonObject[]): { blockId: string; element: JsonObject }[] {
  return blocks.flatMap((block) => {
    const elements = [block['element'], block['accessory'], ...objectsOf(block['elements'])].filter((item) =>
      isJsonObject(item),
    )
    const blockId = stringOf(block, 'block_id') ?? ''
    return elements.filter((element) => findMembers(element) !== undefined).map((element) => ({ blockId, element }))
  })
}

function findMembers(element: JsonObject) {
  return VALUE_MEMBERS.find(([type]) => type.test(stringOf(element, 'type') ?? ''))
}

function membersOf(element: JsonObject) {
  const members = findMembers(element)
  if (members === undefined) throw new TypeError(`Not an input element: ${JSON.stringify(element)}`)
  return members
}
