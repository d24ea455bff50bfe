import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiArguments } from './api-arguments.ts'
import type { ApiFamily, ApiMethod } from './api-method.ts'
import type { Call } from './calls.ts'
import { parseBody, readBody, sendJson } from './http.ts'
import type { JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'
import { blockMethods } from './web-api-blocks.ts'
import { chatMethods } from './web-api-chat.ts'
import { connectionMethods } from './web-api-connection.ts'
import { conversationMethods } from './web-api-conversations.ts'
import { fileMethods } from './web-api-files.ts'
import { peopleMethods } from './web-api-people.ts'
import { pinMethods } from './web-api-pins.ts'
import { reactionMethods } from './web-api-reactions.ts'
import { viewMethods } from './web-api-views.ts'
import type { World } from './world.ts'

/** Every Web API method the workspace answers. */
export const API_METHODS: ApiFamily = {
  ...connectionMethods,
  ...chatMethods,
  ...reactionMethods,
  ...conversationMethods,
  ...peopleMethods,
  ...pinMethods,
  ...viewMethods,
  ...fileMethods,
  ...blockMethods,
}

/** Answers one call of `/api/<method>`, with the faults that are armed for it. */
export async function answerApiCall(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const name = url.pathname.slice('/api/'.length)
  const parsed = parseBody(await readBody(request), request.headers['content-type'] ?? '')
  const values: JsonObject = { ...Object.fromEntries(url.searchParams), ...parsed }
  const call = world.calls.record(name, values)
  const answer = (status: number, body: JsonObject, headers?: Record<string, string>) => {
    call.status = status
    if (typeof body['error'] === 'string') call.error = body['error']
    sendJson(response, status, body, headers)
  }

  const slow = world.faults.take('slow_call', name)
  if (slow !== null) await delay(slow.seconds * 1000, undefined, { signal: world.stopped })
  if (world.faults.take('fail_call', name) !== null) {
    answer(500, { ok: false, error: 'fatal_error' })
    return
  }
  const limited = world.faults.take('rate_limit', name)
  const args = new ApiArguments(values)
  const method = API_METHODS[name]
  const waitSeconds = limited?.seconds ?? (method && world.rateLimits.spend(name, method.tier, args.text('channel')))
  if (waitSeconds !== undefined && waitSeconds !== null) {
    answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(Math.ceil(waitSeconds)) })
    return
  }

  const body = runMethod(world, method, name, tokenOf(request, values), args)
  if (world.faults.take('lose_response', name) !== null) {
    noteLost(call)
    response.destroy()
    return
  }
  answer(200, body)
}

function runMethod(
  world: World,
  method: ApiMethod | undefined,
  name: string,
  token: string | null,
  args: ApiArguments,
): JsonObject {
  try {
    const error = world.faults.take('error_call', name)
    if (error !== null) throw new SlackError(error.error)
    if (method === undefined) throw new SlackError('unknown_method', { req_method: name })
    requireAccess(world, method, token)
    return { ok: true, ...method.run(args, world) }
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.error, ...error.detail }
    throw error
  }
}

/** @throws {SlackError} `not_authed`, `invalid_auth`, `not_allowed_token_type`, `missing_scope` */
function requireAccess(world: World, method: ApiMethod, token: string | null): void {
  if (token === null) throw new SlackError('not_authed')
  if (token !== world.botToken && token !== world.appToken) throw new SlackError('invalid_auth')
  if ((token === world.appToken) !== (method.usesAppToken ?? false)) throw new SlackError('not_allowed_token_type')
  if (world.scopes === null || method.scope === null || world.scopes.has(method.scope)) return
  throw new SlackError('missing_scope', { needed: method.scope, provided: [...world.scopes].join(',') })
}

function tokenOf(request: IncomingMessage, values: JsonObject): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return bearer
  return typeof values['token'] === 'string' ? values['token'] : null
}

function noteLost(call: Call): void {
  call.status = 0
  call.error = 'response_lost'
}
