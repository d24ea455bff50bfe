import type { ApiArguments } from './api-arguments.ts'
import { acceptBlocks } from './block-limits.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

/** What a call gives of a message; undefined is what it does not mention. */
export interface MessageContent {
  readonly text: string | undefined
  readonly blocks: JsonObject[] | undefined
  readonly metadata: JsonObject | undefined
}

export const MAX_POST_CHARACTERS = 40_000
export const MAX_UPDATE_CHARACTERS = 4000
const MAX_METADATA_BYTES = 16_000

/**
 * Reads text, blocks and metadata of a call.
 *
 * @throws {SlackError} `no_text`, `msg_too_long`, `invalid_blocks`, `invalid_blocks_format`, `msg_blocks_too_long`,
 *   `invalid_metadata_format`, `metadata_too_large`
 */
export function readContent(args: ApiArguments, maxCharacters: number): MessageContent {
  const given = args.structure('blocks', 'invalid_blocks_format')
  const blocks = given === undefined ? undefined : acceptBlocks(given, 'message')
  const text = args.text('text') ?? args.text('markdown_text') ?? undefined
  if (text === undefined && (blocks === undefined || blocks.length === 0)) throw new SlackError('no_text')
  if (text !== undefined && text.length > maxCharacters) throw new SlackError('msg_too_long')
  return { text, blocks, metadata: readMetadata(args) }
}

function readMetadata(args: ApiArguments): JsonObject | undefined {
  const metadata = args.structure('metadata', 'invalid_metadata_format')
  if (metadata === undefined) return undefined
  if (!isJsonObject(metadata)) throw new SlackError('invalid_metadata_format')
  if (Object.keys(metadata).length === 0) return metadata
  if (typeof metadata['event_type'] !== 'string' || !isJsonObject(metadata['event_payload'])) {
    throw new SlackError('invalid_metadata_format')
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) throw new SlackError('metadata_too_large')
  return metadata
}
