import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import type { JsonObject } from './json.ts'
import { toPermalink, toSlackMessage } from './message-shape.ts'
import { FLYTT } from './people.ts'
import { react } from './reactions.ts'
import type { World } from './world.ts'

/** Flytt's own reactions, and who reacted. */
export const reactionMethods: ApiFamily = {
  'reactions.add': { tier: 'tier3', scope: 'reactions:write', run: (args, world) => reactAsFlytt(args, world, false) },
  'reactions.remove': {
    tier: 'tier2',
    scope: 'reactions:write',
    run: (args, world) => reactAsFlytt(args, world, true),
  },
  'reactions.get': {
    tier: 'tier3',
    scope: 'reactions:read',
    run: (args, world) => {
      const channel = world.channels.requireJoined(args.text('channel'))
      const message = world.messages.require(channel.id, args.text('timestamp'))
      return {
        type: 'message',
        channel: channel.id,
        message: {
          ...toSlackMessage(world.messages, message, world.url, { allUsers: args.isSet('full') }),
          permalink: toPermalink(message, world.url),
        },
      }
    },
  },
}

function reactAsFlytt(args: ApiArguments, world: World, remove: boolean): JsonObject {
  const channel = world.channels.requireWritable(args.text('channel'))
  react(world, { userId: FLYTT.userId, channel, ts: args.text('timestamp'), name: args.requireText('name'), remove })
  return {}
}
