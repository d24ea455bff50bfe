import { z } from 'zod'

/** Plain text of at most `max` characters. */
export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() })

const markdownText = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() })

/** Plain text or mrkdwn of at most `max` characters. */
export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), markdownText(max)])

export const actionId = z.string().min(1).max(255).optional()

const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
})

const option = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(150),
  description: anyText(75).optional(),
  url: z.string().max(3000).optional(),
})
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) })

/** What every interactive element may carry. */
const interactive = { action_id: actionId, confirm: confirm.optional(), focus_on_load: z.boolean().optional() }
const menu = { ...interactive, placeholder: plainText(150).optional() }
const manyMenu = { ...menu, max_selected_items: z.int().min(1).optional() }
const input = {
  action_id: actionId,
  focus_on_load: z.boolean().optional(),
  placeholder: plainText(150).optional(),
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
    .optional(),
}
const options = z.array(option).min(1).max(100).optional()
const optionGroups = z.array(optionGroup).min(1).max(100).optional()
const conversationFilter = z.looseObject({}).optional()

export const image = z.strictObject({
  type: z.literal('image'),
  alt_text: z.string().min(1).max(2000),
  image_url: z.string().max(3000).optional(),
  slack_file: z.looseObject({}).optional(),
})

export const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
})

const clickable = [
  button,
  z.strictObject({
    ...menu,
    type: z.literal('static_select'),
    options,
    option_groups: optionGroups,
    initial_option: option.optional(),
  }),
  z.strictObject({
    ...menu,
    type: z.literal('external_select'),
    initial_option: option.optional(),
    min_query_length: z.int().optional(),
  }),
  z.strictObject({ ...menu, type: z.literal('users_select'), initial_user: z.string().optional() }),
  z.strictObject({
    ...menu,
    type: z.literal('conversations_select'),
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter: conversationFilter,
  }),
  z.strictObject({
    ...menu,
    type: z.literal('channels_select'),
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    ...manyMenu,
    type: z.literal('multi_static_select'),
    options,
    option_groups: optionGroups,
    initial_options: z.array(option).optional(),
  }),
  z.strictObject({
    ...manyMenu,
    type: z.literal('multi_external_select'),
    initial_options: z.array(option).optional(),
    min_query_length: z.int().optional(),
  }),
  z.strictObject({ ...manyMenu, type: z.literal('multi_users_select'), initial_users: z.array(z.string()).optional() }),
  z.strictObject({
    ...manyMenu,
    type: z.literal('multi_conversations_select'),
    initial_conversations: z.array(z.string()).optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter,
  }),
  z.strictObject({
    ...manyMenu,
    type: z.literal('multi_channels_select'),
    initial_channels: z.array(z.string()).optional(),
  }),
  z.strictObject({ ...interactive, type: z.literal('overflow'), options: z.array(option).min(1).max(5) }),
  z.strictObject({ ...menu, type: z.literal('datepicker'), initial_date: z.iso.date().optional() }),
  z.strictObject({
    ...menu,
    type: z.literal('timepicker'),
    initial_time: z.string().optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({ ...interactive, type: z.literal('datetimepicker'), initial_date_time: z.int().optional() }),
  z.strictObject({
    ...interactive,
    type: z.literal('checkboxes'),
    options: z.array(option).min(1).max(10),
    initial_options: z.array(option).optional(),
  }),
  z.strictObject({
    ...interactive,
    type: z.literal('radio_buttons'),
    options: z.array(option).min(1).max(10),
    initial_option: option.optional(),
  }),
  z.looseObject({ type: z.literal('workflow_button'), text: plainText(75) }),
] as const

const textInputs = [
  z.strictObject({
    ...input,
    type: z.literal('plain_text_input'),
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  }),
  z.strictObject({ ...input, type: z.literal('email_text_input'), initial_value: z.string().optional() }),
  z.strictObject({ ...input, type: z.literal('url_text_input'), initial_value: z.string().optional() }),
  z.strictObject({
    ...input,
    type: z.literal('number_input'),
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.looseObject({ type: z.literal('rich_text_input') }),
  z.looseObject({ type: z.literal('file_input') }),
] as const

/** What may stand in an `actions` block. */
export const actionElement = z.discriminatedUnion('type', [...clickable])
/** What may stand beside a section's text. */
export const accessory = z.discriminatedUnion('type', [...clickable, image])
/** What an `input` block asks with. */
export const inputElement = z.discriminatedUnion('type', [
  ...clickable.slice(1),
  ...textInputs,
] as unknown as typeof clickable)
/** What may stand in a `context` block. */
export const contextElement = z.discriminatedUnion('type', [plainText(3000), markdownText(3000), image])
