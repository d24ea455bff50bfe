import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Actions } from './actions.ts'
import { FAULT_KINDS } from './faults.ts'
import { parseBody, readBody, sendJson } from './http.ts'
import type { JsonObject } from './json.ts'
import { ControlError } from './slack-error.ts'

type Route = (actions: Actions, given: JsonObject) => object | Promise<object>

const id = z.string().min(1)
const text = z.string()
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
const count = z.number().min(0).optional()

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /sandbox/state': (actions) => actions.state(),
  'POST /sandbox/slash': route(z.object({ userId: id, channelId: id, text }), (actions, given) => actions.slash(given)),
  'POST /sandbox/react': route(
    z.object({ userId: id, channelId: id, ts: id, name: id, remove: flag.optional() }),
    (actions, given) => actions.react(given),
  ),
  'POST /sandbox/press': route(
    z.object({
      userId: id,
      actionId: id,
      value: text.optional(),
      channelId: id.optional(),
      ts: id.optional(),
      viewId: id.optional(),
    }),
    (actions, given) => actions.press(given),
  ),
  'POST /sandbox/submit': route(
    z.object({ userId: id, viewId: id, values: z.record(z.string(), z.unknown()).optional() }),
    (actions, given) => actions.submit(given),
  ),
  'POST /sandbox/close': route(z.object({ userId: id, viewId: id }), (actions, given) => actions.close(given)),
  'GET /sandbox/views': route(z.object({ userId: id }), (actions, given) => actions.views(given)),
  'GET /sandbox/messages': route(
    z.object({ channelId: id, threadTs: id.optional(), userId: id.optional() }),
    (actions, given) => actions.messages(given),
  ),
  'GET /sandbox/home': route(z.object({ userId: id, open: flag.optional() }), (actions, given) => actions.home(given)),
  'POST /sandbox/message': route(
    z.object({ userId: id, channelId: id, threadTs: id.optional(), text: text.min(1) }),
    (actions, given) => actions.message(given),
  ),
  'POST /sandbox/membership': route(
    z.object({ channelId: id, userId: id.optional(), isMember: z.boolean() }),
    (actions, given) => actions.membership(given),
  ),
  'POST /sandbox/person': route(
    z.object({ userId: id, deleted: flag.optional(), isRestricted: flag.optional(), isStranger: flag.optional() }),
    (actions, given) => actions.person(given),
  ),
  'POST /sandbox/user-group': route(z.object({ groupId: id, userIds: z.array(id) }), (actions, given) =>
    actions.userGroup(given),
  ),
  'POST /sandbox/application/check': (actions) => actions.checkApplication(),
  'POST /sandbox/fault': route(
    z.object({ kind: z.enum(FAULT_KINDS), method: id.optional(), count, seconds: count, error: id.optional() }),
    (actions, given) => actions.fault(given),
  ),
  'DELETE /sandbox/fault': (actions) => actions.clearFaults(),
  'GET /sandbox/calls': route(z.object({ method: id.optional(), since: id.optional() }), (actions, given) =>
    actions.calls(given),
  ),
}

/** Answers one request to the control API. */
export async function answerControlCall(
  actions: Actions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    requireOwnPage(request)
    const answer = ROUTES[`${request.method ?? 'GET'} ${url.pathname}`]
    if (answer === undefined)
      throw new ControlError(404, `There is no ${request.method ?? 'GET'} ${url.pathname} here.`)
    const body = parseBody(await readBody(request), 'application/json')
    if (body === null) throw new ControlError(400, 'The body must be a JSON object.')
    sendJson(response, 200, await answer(actions, { ...Object.fromEntries(url.searchParams), ...body }))
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    sendJson(response, error.status, { error: error.message })
  }
}

/** Keeps other sites that a person has open in the same browser from acting here. */
function requireOwnPage(request: IncomingMessage): void {
  const { origin } = request.headers
  if (origin === undefined) return
  const hostname = URL.canParse(origin) ? new URL(origin).hostname : ''
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new ControlError(400, `Requests from ${origin} are not taken.`)
}

function route<Given>(
  schema: z.ZodType<Given>,
  run: (actions: Actions, given: Given) => object | Promise<object>,
): Route {
  return (actions, given) => {
    const parsed = schema.safeParse(given)
    if (parsed.success) return run(actions, parsed.data)
    throw new ControlError(
      400,
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    )
  }
}
