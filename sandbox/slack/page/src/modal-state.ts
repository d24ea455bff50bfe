/** What stands in the inputs of a modal, and its shape on the way to the app. */
import type { ViewValues } from './api.ts'
import type { BlockElement, Option, SlackBlock } from './block-types.ts'

/** block_id → the values of its input: one text, or the values of the chosen options. */
export type InputState = Record<string, string[]>

export const listOptions = (element: BlockElement): Option[] => [
  ...(element.options ?? []),
  ...(element.option_groups ?? []).flatMap((group) => group.options),
]

function readInitialValues(element: BlockElement): string[] {
  const options = [element.initial_option, ...(element.initial_options ?? [])].flatMap((option) =>
    option === undefined ? [] : [option.value],
  )
  const texts = [element.initial_value, element.initial_user, element.initial_date].filter((text) => text !== undefined)
  return [...options, ...texts]
}

const inputsOf = (blocks: SlackBlock[]): { id: string; block: SlackBlock; element: BlockElement }[] =>
  blocks.flatMap((block) =>
    block.type === 'input' && block.element !== undefined
      ? [{ id: block.block_id ?? '', block, element: block.element }]
      : [],
  )

export const readInitial = (blocks: SlackBlock[]): InputState =>
  Object.fromEntries(inputsOf(blocks).map(({ id, element }) => [id, readInitialValues(element)]))

/** block_id → what is wrong, with Slack's sentences. */
export function findMissing(blocks: SlackBlock[], state: InputState): Record<string, string> {
  return Object.fromEntries(
    inputsOf(blocks).flatMap(({ id, block, element }) => {
      const text = state[id]?.join('') ?? ''
      if (text === '' && block.optional !== true) return [[id, 'Please complete this required field.']]
      if (text !== '' && element.min_length !== undefined && text.length < element.min_length) {
        return [[id, `Must be at least ${String(element.min_length)} characters.`]]
      }
      return []
    }),
  )
}

function writeValue(element: BlockElement, values: string[]): Record<string, unknown> {
  const chosen = listOptions(element).filter((option) => values.includes(option.value))
  const [first] = values
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
      return { type: element.type, selected_option: chosen[0] ?? null }
    case 'checkboxes':
    case 'multi_static_select':
      return { type: element.type, selected_options: chosen }
    case 'users_select':
      return { type: element.type, selected_user: first ?? null }
    case 'datepicker':
      return { type: element.type, selected_date: first ?? null }
    default:
      return { type: element.type, value: first === undefined || first === '' ? null : first }
  }
}

/** `view.state.values` as Slack sends it. */
export const collectValues = (blocks: SlackBlock[], state: InputState): ViewValues =>
  Object.fromEntries(
    inputsOf(blocks).map(({ id, element }) => [
      id,
      { [element.action_id ?? '']: writeValue(element, state[id] ?? []) },
    ]),
  )
