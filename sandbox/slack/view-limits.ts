import { z } from 'zod'
import { plainText } from './block-elements.ts'
import { findBlockIssues, giveIds, toErrorDetail, type BlockIssue } from './block-limits.ts'
import { isJsonObject, objectsOf, type JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}
const viewSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
  z.strictObject({ ...common, type: z.literal('home') }),
])

const MAX_VIEW_BYTES = 250_000

/**
 * Accepts a view as Slack would.
 *
 * @throws {SlackError} `invalid_arguments` with the places, `view_too_large`
 */
export function acceptView(view: unknown, type: 'modal' | 'home'): JsonObject {
  const parsed = viewSchema.safeParse(view)
  const issues: BlockIssue[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({
        code: issue.code,
        constraint: null,
        message:
          issue.code === 'too_big'
            ? `must be less than ${String(Number(issue.maximum) + 1)} characters`
            : issue.message,
        pointer: ['/view', ...issue.path.map(String)].join('/'),
      }))
  const definition = isJsonObject(view) ? view : {}
  if (definition['type'] !== type) {
    issues.push({ code: 'invalid_value', constraint: type, message: `must be of type ${type}`, pointer: '/view/type' })
  }
  issues.push(...findBlockIssues(definition['blocks'], type, '/view/blocks'))
  const asks = objectsOf(definition['blocks']).some((block) => block['type'] === 'input')
  if (type === 'modal' && asks && definition['submit'] === undefined) {
    issues.push({
      code: 'missing_field',
      constraint: 'submit',
      message: 'missing required field: submit',
      pointer: '/view/submit',
    })
  }
  if (issues.length > 0) throw new SlackError('invalid_arguments', toErrorDetail(issues))
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES) throw new SlackError('view_too_large')
  return { ...definition, blocks: giveIds(objectsOf(definition['blocks'])) }
}
