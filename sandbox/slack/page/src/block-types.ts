/** The parts of Block Kit that this page draws itself. Anything else goes to slack-blocks-to-jsx. */

export interface Text {
  type: 'plain_text' | 'mrkdwn' | 'raw_text'
  text: string
  emoji?: boolean
}

export interface Option {
  text: Text
  value: string
  description?: Text
  url?: string
}

export interface Confirm {
  title?: Text
  text: Text
  confirm?: Text
  deny?: Text
  style?: 'primary' | 'danger'
}

/** A button, select, input or image inside a block. */
export interface BlockElement {
  type: string
  action_id?: string
  text?: Text
  value?: string
  url?: string
  style?: 'primary' | 'danger'
  confirm?: Confirm
  placeholder?: Text
  options?: Option[]
  option_groups?: { label: Text; options: Option[] }[]
  initial_option?: Option
  initial_options?: Option[]
  initial_value?: string
  initial_user?: string
  initial_date?: string
  multiline?: boolean
  min_length?: number
  max_length?: number
  focus_on_load?: boolean
  image_url?: string
  alt_text?: string
  accessibility_label?: string
}

export interface TableCell {
  type: string
  text?: string
  value?: number
  elements?: unknown[]
}

export interface SlackBlock {
  type: string
  block_id?: string
  text?: Text
  fields?: Text[]
  accessory?: BlockElement
  /** Of an actions block: elements. Of a context block: images and texts, whose `text` is the bare string. */
  elements?: (Omit<BlockElement, 'text'> & { text?: Text | string })[]
  element?: BlockElement
  label?: Text
  hint?: Text
  optional?: boolean
  title?: Text
  subtitle?: Text
  image_url?: string
  alt_text?: string
  level?: string | number
  rows?: TableCell[][]
  caption?: string
  page_size?: number
  column_settings?: ({ align?: 'left' | 'center' | 'right'; is_wrapped?: boolean } | null)[]
  child_blocks?: SlackBlock[]
  is_collapsible?: boolean
  default_collapsed?: boolean
}

export interface View {
  id: string
  type: 'modal' | 'home'
  title?: Text
  submit?: Text | null
  close?: Text | null
  blocks: SlackBlock[]
  hash?: string
}
