import { z } from 'zod'
import { accessory, actionElement, anyText, contextElement, inputElement, plainText } from './block-elements.ts'

export type Surface = 'message' | 'modal' | 'home'

/** Blocks in a message, and in a modal or Home tab. */
export const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 }

const blockId = z.string().max(255).optional()

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, { message: 'missing required field: text' })

const chartPoint = z.looseObject({})
const chart = z.looseObject({
  type: z.literal('data_visualization'),
  block_id: blockId,
  title: z.string().max(50).optional(),
  chart: z
    .looseObject({
      series: z
        .array(z.looseObject({ data: z.array(chartPoint).max(20).optional() }))
        .max(12)
        .optional(),
    })
    .optional(),
})

const everywhere = [
  section,
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150), level: z.int().optional() }),
  z.strictObject({ type: z.literal('context'), block_id: blockId, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({
    type: z.literal('image'),
    block_id: blockId,
    alt_text: z.string().min(1).max(2000),
    image_url: z.string().max(3000).optional(),
    slack_file: z.looseObject({}).optional(),
    title: plainText(2000).optional(),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id: blockId,
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  z.looseObject({
    type: z.literal('rich_text'),
    block_id: blockId,
    elements: z.array(z.looseObject({ type: z.string() })),
  }),
  z.looseObject({ type: z.literal('video'), block_id: blockId, alt_text: z.string().min(1), title: plainText(200) }),
] as const

const messageOnly = [
  z.strictObject({ type: z.literal('markdown'), block_id: blockId, text: z.string().min(1).max(12_000) }),
  z.looseObject({
    type: z.literal('table'),
    block_id: blockId,
    rows: z
      .array(
        z
          .array(z.looseObject({ type: z.string() }))
          .min(1)
          .max(20),
      )
      .min(1)
      .max(100),
  }),
  z.looseObject({ type: z.literal('data_table'), block_id: blockId, page_size: z.int().max(100).optional() }),
  z.looseObject({ type: z.literal('card'), block_id: blockId }),
  z.looseObject({
    type: z.literal('carousel'),
    block_id: blockId,
    elements: z.array(z.looseObject({})).min(1).max(10),
  }),
  z.looseObject({
    type: z.literal('container'),
    block_id: blockId,
    child_blocks: z.array(z.looseObject({})).min(1).max(10).optional(),
  }),
  z.looseObject({
    type: z.literal('context_actions'),
    block_id: blockId,
    elements: z.array(z.looseObject({})).min(1).max(5),
  }),
  z.looseObject({ type: z.literal('task_card'), block_id: blockId, status: taskStatus().optional() }),
  z.looseObject({
    type: z.literal('plan'),
    block_id: blockId,
    tasks: z.array(z.looseObject({ status: taskStatus().optional() })).optional(),
  }),
  z.looseObject({ type: z.literal('file'), block_id: blockId, external_id: z.string(), source: z.literal('remote') }),
  chart,
] as const

const modalOnly = [z.looseObject({ type: z.literal('alert'), block_id: blockId, text: anyText(200) })] as const

/** Block Kit's shapes and limits, by where the blocks are to be shown. @see https://docs.slack.dev/reference/block-kit/blocks */
export const BLOCK_SCHEMAS = {
  message: z.discriminatedUnion('type', [...everywhere, ...messageOnly]),
  modal: z.discriminatedUnion('type', [...everywhere, ...modalOnly]),
  home: z.discriminatedUnion('type', [...everywhere]),
} as const

function taskStatus() {
  return z.enum(['pending', 'in_progress', 'complete', 'error'])
}
