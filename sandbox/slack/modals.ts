import { interactionPayload, requirePerson, sendInteraction, type InteractionResult } from './interaction-payload.ts'
import { isJsonObject, stringOf, type JsonObject } from './json.ts'
import { ControlError, SlackError } from './slack-error.ts'
import { acceptView } from './view-limits.ts'
import { fillIn } from './view-values.ts'
import type { View } from './views.ts'
import type { World } from './world.ts'

/** Fills in a modal and submits it; the app's ack closes, replaces or corrects it. */
export async function submitModal(
  world: World,
  userId: string,
  viewId: string,
  values: JsonObject,
): Promise<InteractionResult> {
  const person = requirePerson(world, userId)
  const view = requireModal(world, userId, viewId)
  Object.assign(view.state.values, fillIn(view.blocks, values))
  const result = await sendInteraction(world, {
    ...interactionPayload(world, person, 'view_submission'),
    view,
    response_urls: [],
  })
  if (result.ackMs === null) return result
  try {
    applyResponse(world, userId, viewId, result.response ?? {})
    return result
  } catch (error) {
    if (error instanceof SlackError) return { ...result, error: error.error }
    throw error
  }
}

/** Closes a modal; the app hears of it only when it asked to. */
export async function closeModal(world: World, userId: string, viewId: string): Promise<{ ackMs: number | null }> {
  const person = requirePerson(world, userId)
  const view = requireModal(world, userId, viewId)
  if (view.clear_on_close) world.views.closeAll(userId)
  else world.views.close(userId, viewId)
  if (!view.notify_on_close) return { ackMs: null }
  const { ackMs } = await sendInteraction(world, {
    ...interactionPayload(world, person, 'view_closed'),
    view,
    is_cleared: view.clear_on_close,
  })
  return { ackMs }
}

function applyResponse(world: World, userId: string, viewId: string, response: JsonObject): void {
  const next = () => acceptView(response['view'], 'modal')
  switch (stringOf(response, 'response_action')) {
    case 'errors':
      if (!isJsonObject(response['errors'])) throw new SlackError('invalid_response_action')
      return
    case 'clear':
      world.views.closeAll(userId)
      return
    case 'update':
      world.views.update(viewId, next(), null)
      return
    case 'push':
      world.views.push(userId, next())
      return
    case null:
      world.views.close(userId, viewId)
      return
    default:
      throw new SlackError('invalid_response_action')
  }
}

function requireModal(world: World, userId: string, viewId: string): View {
  const view = world.views.list(userId).find(({ id }) => id === viewId)
  if (view === undefined) throw new ControlError(404, `${userId} has no modal ${viewId} open.`)
  return view
}
