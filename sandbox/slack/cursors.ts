import type { JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

/** A page of a list and the cursor of the next one, empty at the end. */
export interface Page<T> {
  readonly items: T[]
  readonly hasMore: boolean
  readonly metadata: JsonObject
}

/** Cuts one page out of a list. @throws {SlackError} `invalid_cursor` */
export function cutPage<T>(items: readonly T[], limit: number, cursor: string | null): Page<T> {
  const start = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace(/^at:/, ''))
  if (!Number.isInteger(start) || start < 0) throw new SlackError('invalid_cursor')
  const end = start + limit
  const hasMore = end < items.length
  return {
    items: items.slice(start, end),
    hasMore,
    metadata: { next_cursor: hasMore ? Buffer.from(`at:${String(end)}`).toString('base64') : '' },
  }
}
