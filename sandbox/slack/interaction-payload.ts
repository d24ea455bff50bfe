import { isJsonObject, type JsonObject } from './json.ts'
import { FLYTT, TEAM, type Person } from './people.ts'
import { ControlError } from './slack-error.ts'
import type { Delivery } from './sockets.ts'
import type { World } from './world.ts'

/** How a click or a submission fared; `error` is what the person reads when it did not arrive. */
export interface InteractionResult {
  readonly ackMs: number | null
  /** What the app put into its ack; null when it acked without. */
  readonly response: JsonObject | null
  readonly error?: string
}

/** Gives what every interaction carries. */
export function interactionPayload(world: World, person: Person, type: string): JsonObject {
  return {
    type,
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.handle, name: person.handle, team_id: person.teamId },
    api_app_id: FLYTT.appId,
    token: world.verificationToken,
    trigger_id: world.triggers.create(person.id),
    enterprise: null,
    is_enterprise_install: false,
  }
}

/** Sends an interaction and waits for the ack. */
export async function sendInteraction(world: World, payload: JsonObject): Promise<InteractionResult> {
  return toResult(
    await world.sockets.send('interactive', payload, {
      acceptsResponsePayload: payload['type'] === 'view_submission',
      endsWithSocket: false,
    }),
  )
}

/** Writes a delivery as the person sees it. */
export function toResult(delivery: Delivery): InteractionResult {
  if (delivery.outcome !== 'acked') {
    return {
      ackMs: null,
      response: null,
      error: delivery.outcome === 'no_socket' ? 'dispatch_failed' : 'operation_timeout',
    }
  }
  const { payload, ackMs } = delivery
  return { ackMs, response: isJsonObject(payload) && Object.keys(payload).length > 0 ? payload : null }
}

/** @throws {ControlError} when there is no such person */
export function requirePerson(world: World, userId: string): Person {
  const person = world.people.find(userId)
  if (person === undefined) throw new ControlError(404, `There is no user ${userId}.`)
  return person
}
