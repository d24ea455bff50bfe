import type { ApiArguments } from './api-arguments.ts'
import type { ApiFamily } from './api-method.ts'
import { SlackError } from './slack-error.ts'
import { acceptView } from './view-limits.ts'

/** Modals and Home tabs. */
export const viewMethods: ApiFamily = {
  'views.open': {
    tier: 'tier4',
    scope: null,
    run: (args, world) => {
      const view = readView(args, 'modal')
      return { view: world.views.open(world.triggers.exchange(args.text('trigger_id')), view) }
    },
  },
  'views.push': {
    tier: 'tier4',
    scope: null,
    run: (args, world) => {
      const view = readView(args, 'modal')
      return { view: world.views.push(world.triggers.exchange(args.text('trigger_id')), view) }
    },
  },
  'views.update': {
    tier: 'tier4',
    scope: null,
    run: (args, world) => {
      const definition = readView(args, 'modal')
      const viewId = args.text('view_id')
      const externalId = args.text('external_id')
      const found = world.views.find(
        (view) =>
          view.type === 'modal' && (view.id === viewId || (externalId !== null && view.external_id === externalId)),
      )
      if (found === undefined) throw new SlackError('not_found')
      return { view: world.views.update(found.view.id, definition, args.text('hash')) }
    },
  },
  'views.publish': {
    tier: 'tier4',
    scope: null,
    run: (args, world) => {
      const view = readView(args, 'home')
      const userId = args.requireText('user_id')
      if (world.people.find(userId) === undefined) throw new SlackError('user_not_found')
      return { view: world.views.publish(userId, view, args.text('hash')) }
    },
  },
}

function readView(args: ApiArguments, type: 'modal' | 'home') {
  return acceptView(args.structure('view', 'invalid_arguments'), type)
}
