import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { startSlackWorkspace, type SlackWorkspace, type WorkspaceOptions } from '../../../sandbox/slack/workspace.ts'

export const MIGRATE = 'C0MIGRATE'
export const OLA = 'U0OPERATOR'
export const ADA = 'U0ADA'

/** What one test started; ended in reverse order by `stopAll`. */
const started: (() => Promise<unknown>)[] = []

export async function aWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<SlackWorkspace> {
  const workspace = await startSlackWorkspace({ port: 0, page: false, ...options })
  started.push(() => workspace.stop())
  return workspace
}

/** A client that neither retries nor waits for rate limits. */
export function aClient(workspace: SlackWorkspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: SILENT,
  })
}

/** A real Bolt app on a real socket, which reconnects within 0.2 s. */
export async function anApp(workspace: SlackWorkspace, listen: (app: App) => void): Promise<App> {
  const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 }, logger: SILENT }
  const receiver = new SocketModeReceiver({
    appToken: workspace.appToken,
    clientPingTimeout: 200,
    logger: SILENT,
    installerOptions: { clientOptions },
  })
  const app = new App({ token: workspace.botToken, receiver, clientOptions, logger: SILENT })
  listen(app)
  await app.start()
  // Not app.stop(): that one does not wait for the socket to close.
  started.push(() => receiver.client.disconnect())
  return app
}

export async function stopAll(): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop()
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 5000): Promise<void> {
  const endMs = Date.now() + deadlineMs
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`Not true within ${String(deadlineMs)} ms: ${String(condition)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Gives Slack's error name of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return (error as { data?: { error?: string } }).data?.error ?? String(error)
  }
  return 'ok'
}

const ignore = () => undefined
const SILENT = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
}
