import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createActions, type Actions, type Description } from './actions.ts'
import { answerResponseUrl } from './answers.ts'
import { CallLog } from './calls.ts'
import { Changes } from './changes.ts'
import { Channels } from './channels.ts'
import { answerControlCall } from './control-api.ts'
import { EventSender } from './events.ts'
import { Faults } from './faults.ts'
import { FileStore } from './files.ts'
import { parseBody, readBody, sendJson, sendText } from './http.ts'
import { createSecret } from './ids.ts'
import { LiveUpdates } from './live-updates.ts'
import { MessageStore } from './messages.ts'
import { Page } from './page.ts'
import { People } from './people.ts'
import { RateLimits } from './rate-limits.ts'
import { ResponseUrls } from './response-urls.ts'
import { SocketHub } from './sockets.ts'
import { Triggers } from './triggers.ts'
import { receiveUpload, sendFile } from './uploads.ts'
import { ViewStore } from './views.ts'
import { answerApiCall } from './web-api.ts'
import type { World } from './world.ts'

export interface WorkspaceOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: '127.0.0.1'
  /** Random for each start when not given. */
  readonly botToken?: string
  readonly appToken?: string
  /** Slack's limits on calls, on unless false. */
  readonly rateLimits?: boolean
  /** What the bot token may do, as in manifest.json; everything when not given. */
  readonly scopes?: readonly string[]
  /** Waits before the second, third and fourth try of an event; Slack's own when not given. */
  readonly eventRetryDelaysMs?: readonly number[]
  /** Tells about the servers and the application around the workspace. */
  readonly describe?: () => Promise<Description>
  readonly checkApplication?: () => Promise<object>
  /** Whether the page is served too; it is unless false. */
  readonly page?: boolean
}

/** A running workspace, with everything a person can do in it. */
export interface SlackWorkspace extends Actions {
  /** Base address without a trailing slash. */
  readonly url: string
  readonly port: number
  /** What `SLACK_API_URL` must be. */
  readonly apiUrl: string
  readonly botToken: string
  readonly appToken: string
  /** Builds the page if it needs to be; otherwise the first visit does. */
  preparePage(): Promise<void>
  /** Ends every connection and timer; safe to call twice. */
  stop(): Promise<void>
}

const ALONE: Description = { ready: true, source: null, target: null, stateDatabase: null, application: null }

/** Starts a local Slack workspace on one HTTP port of this machine. */
export async function startSlackWorkspace(options: WorkspaceOptions): Promise<SlackWorkspace> {
  const server = createServer()
  await listen(server, options.port, options.host ?? '127.0.0.1')
  const { port } = server.address() as AddressInfo
  const stopping = new AbortController()
  const world = createWorld(`http://127.0.0.1:${String(port)}`, options, stopping.signal)
  const describe = options.describe ?? (() => Promise.resolve(ALONE))
  const actions = createActions(world, { describe, checkApplication: options.checkApplication ?? null })
  const page = new Page(options.page ?? true)
  const updates = new LiveUpdates(world.changes, async () => (await describe()).application)

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer({ world, actions, page, updates }, request, response).catch((error: unknown) => {
      reportFailure(world, request, response, error)
    })
  })
  server.on('upgrade', (request, stream, head) => {
    const url = new URL(request.url ?? '/', world.url)
    const isRefused = url.pathname !== '/link' || isDown(world) || world.faults.take('refuse_socket') !== null
    world.sockets.upgrade(request, stream, head, isRefused ? null : url.searchParams.get('ticket'))
  })

  return {
    ...actions,
    url: world.url,
    port,
    apiUrl: `${world.url}/api/`,
    botToken: world.botToken,
    appToken: world.appToken,
    async preparePage() {
      await page.prepare()
    },
    stop: async () => {
      stopping.abort()
      world.events.stop()
      world.sockets.stop()
      updates.stop()
      await close(server)
    },
  }
}

interface Served {
  readonly world: World
  readonly actions: Actions
  readonly page: Page
  readonly updates: LiveUpdates
}

async function answer(
  { world, actions, page, updates }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', world.url)
  const [, area = '', id = ''] = url.pathname.split('/')
  if (['api', 'response', 'upload'].includes(area) && isDown(world)) sendText(response, 503, 'Service Unavailable')
  else if (area === 'api') await answerApiCall(world, request, response, url)
  else if (area === 'response') await takeAnswer(world, request, response, id)
  else if (area === 'upload') await receiveUpload(world, request, response, id)
  else if (area === 'files') sendFile(world, response, id)
  else if (url.pathname === '/sandbox/events') updates.open(response)
  else if (area === 'sandbox') await answerControlCall(actions, request, response, url)
  else await page.answer(response, url.pathname)
}

async function takeAnswer(world: World, request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  const { status, body } = answerResponseUrl(world, id, parseBody(await readBody(request), 'application/json'))
  if (typeof body === 'string') sendText(response, status, body)
  else sendJson(response, status, body)
}

/** `down` lasts: asking for it uses nothing up. */
function isDown(world: World): boolean {
  return world.faults.take('down') !== null
}

function reportFailure(world: World, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!world.stopped.aborted)
    console.error(`The workspace failed to answer ${request.method ?? ''} ${request.url ?? ''}:`, error)
  if (response.headersSent) response.destroy()
  else sendJson(response, 500, { ok: false, error: error instanceof Error ? error.message : 'The workspace failed.' })
}

function createWorld(url: string, options: WorkspaceOptions, stopped: AbortSignal): World {
  const changes = new Changes()
  const faults = new Faults()
  const verificationToken = createSecret()
  const sockets = new SocketHub((isNew) => {
    if (isNew) events.flush()
    changes.announceWorkspace()
  })
  const events = new EventSender(sockets, faults, verificationToken, options.eventRetryDelaysMs)
  return {
    url,
    botToken: options.botToken ?? `xoxb-sandbox-${createSecret()}`,
    appToken: options.appToken ?? `xapp-sandbox-${createSecret()}`,
    verificationToken,
    scopes: options.scopes === undefined ? null : new Set(options.scopes),
    stopped,
    people: new People(),
    channels: new Channels(),
    messages: new MessageStore(changes),
    files: new FileStore(),
    views: new ViewStore(changes),
    triggers: new Triggers(),
    responseUrls: new ResponseUrls(),
    sockets,
    events,
    faults,
    rateLimits: new RateLimits(options.rateLimits ?? true),
    calls: new CallLog(),
    changes,
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}
