import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import type { JsonObject } from './json.ts'
import { toSlackMessage } from './message-shape.ts'
import { SlackError } from './slack-error.ts'
import type { World } from './world.ts'

/** Pinned messages. */
export const pinMethods: ApiFamily = {
  'pins.add': { tier: 'tier2', scope: 'pins:write', run: (args, world) => setPinned(args, world, true) },
  'pins.remove': { tier: 'tier2', scope: 'pins:write', run: (args, world) => setPinned(args, world, false) },
  'pins.list': {
    tier: 'tier2',
    scope: 'pins:read',
    run: (args, world) => {
      const channel = world.channels.requireJoined(args.text('channel'))
      const pinned = world.messages.listTopLevel(channel.id, null).filter((message) => message.pinned)
      return {
        items: pinned.map((message) => ({
          type: 'message',
          channel: channel.id,
          message: toSlackMessage(world.messages, message, world.url),
        })),
      }
    },
  },
}

function setPinned(args: ApiArguments, world: World, pinned: boolean): JsonObject {
  const channel = world.channels.requireWritable(args.text('channel'))
  const message = world.messages.require(channel.id, args.text('timestamp'))
  if (message.pinned === pinned) throw new SlackError(pinned ? 'already_pinned' : 'no_pin')
  message.pinned = pinned
  world.messages.changed(message)
  return {}
}
