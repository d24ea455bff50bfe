import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import { acceptBlocks } from './block-limits.ts'
import { toSlackFile, type StoredFile } from './files.ts'
import { objectsOf, stringOf, type JsonObject } from './json.ts'
import { FLYTT } from './people.ts'
import { SlackError } from './slack-error.ts'
import { readThread } from './web-api-chat.ts'
import type { World } from './world.ts'

/** Uploading files in three steps: announce, send, complete. */
export const fileMethods: ApiFamily = {
  'files.getUploadURLExternal': {
    tier: 'tier4',
    scope: 'files:write',
    run: (args, world) => {
      const length = Number(args.requireText('length'))
      if (!Number.isInteger(length) || length <= 0) throw new SlackError('invalid_arguments')
      const { fileId, uploadId } = world.files.announce(args.requireText('filename'), length)
      return { upload_url: `${world.url}/upload/${uploadId}`, file_id: fileId }
    },
  },
  'files.completeUploadExternal': { tier: 'tier4', scope: 'files:write', run: completeUpload },
  'files.info': {
    tier: 'tier4',
    scope: 'files:read',
    run: (args, world) => ({ file: toSlackFile(requireFile(world, args.text('file')), world.url), comments: [] }),
  },
}

function completeUpload(args: ApiArguments, world: World): JsonObject {
  const files = objectsOf(args.structure('files', 'invalid_arguments')).map((entry) => {
    const file = requireFile(world, stringOf(entry, 'id'))
    file.title = stringOf(entry, 'title') ?? file.title
    return file
  })
  if (files.length === 0) throw new SlackError('invalid_arguments')
  const channelIds = args.text('channel_id')?.split(',') ?? args.text('channels')?.split(',') ?? []
  const channels = channelIds.map((channelId) => world.channels.requireWritable(channelId))
  const blocks = args.structure('blocks', 'invalid_blocks_format')
  const accepted = blocks === undefined ? [] : acceptBlocks(blocks, 'message')
  for (const channel of channels) {
    world.messages.post({
      channelId: channel.id,
      userId: FLYTT.userId,
      isByFlytt: true,
      text: args.text('initial_comment') ?? '',
      blocks: accepted,
      threadTs: readThread(world, channel.id, args.text('thread_ts')),
      files,
    })
  }
  return { files: files.map((file) => toSlackFile(file, world.url)) }
}

function requireFile(world: World, fileId: string | null): StoredFile {
  const file = fileId === null ? undefined : world.files.find(fileId)
  if (file === undefined) throw new SlackError('file_not_found')
  return file
}
