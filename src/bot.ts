import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { createAnswerCommand } from '../commands/answer-command.ts'
import { FlyttError } from './errors.ts'
import type { Logger } from './logger.ts'
import type { FlyttParts } from './parts.ts'
import { runProcess, type RunningProcess } from './process.ts'
import { createLookups } from './slack/access.ts'
import { registerCommand } from './slack/command.ts'
import { registerButtons } from './slack/events/buttons.ts'
import { registerHome } from './slack/events/home.ts'
import { registerReactions } from './slack/events/reactions.ts'
import { readIdentity, type SlackIdentity } from './slack/identity.ts'
import { toSlackLogger } from './slack/slack-logger.ts'
import { createSocket } from './slack/socket.ts'
import { createWebClient } from './slack/web-client.ts'
import { listActiveMigrations } from './state/migration-store.ts'
import { MINUTE_MS, SECOND_MS } from './units.ts'

/** How long Slack may be away while the bot starts. */
const START_WITHIN_MS = MINUTE_MS

/**
 * Starts the bot: it answers `/migrate`, buttons and the Home tab, and wakes phases that wait for votes.
 *
 * @returns how to stop it
 * @throws {FlyttError} `SLACK_LOGIN_REFUSED` naming the token; `SLACK_FAILED` when Slack does not answer for a minute
 */
export async function startBot({ config, inventory, state, queue, log }: FlyttParts): Promise<RunningProcess> {
  const slack = { token: config.slackBotToken, apiUrl: config.slackApiUrl, log }
  // A person waits for the answer at most 3 s.
  const lookups = createWebClient({ ...slack, timeoutMs: 2 * SECOND_MS })
  const identity = await waitForIdentity(createWebClient(slack), log)
  const answer = createAnswerCommand({
    state,
    inventory,
    queue: queue.phaseQueue,
    lookups: createLookups(lookups, identity),
    log,
  })

  const socket = createSocket({
    appToken: config.slackAppToken,
    apiUrl: config.slackApiUrl,
    log,
    async onConnected() {
      const waiting = (await listActiveMigrations(state)).filter(
        ({ status, phase }) => status === 'running' && phase === 'approval',
      )
      for (const migration of waiting) await queue.phaseQueue.wake(migration)
    },
  })
  const app = new App({
    receiver: socket.receiver,
    // Given here, Bolt asks nothing itself: its own auth.test ends the process when it fails.
    authorize: () =>
      Promise.resolve({
        botToken: config.slackBotToken.reveal(),
        botId: identity.botId,
        botUserId: identity.userId,
        teamId: identity.teamId,
      }),
    clientOptions: {
      ...(config.slackApiUrl === null ? {} : { slackApiUrl: config.slackApiUrl }),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 10 * SECOND_MS,
    },
    logger: toSlackLogger(log),
    convoStore: false,
  })
  app.error((error) => {
    log.error({ code: error.code, reason: error.message }, 'slack listener failed')
    return Promise.resolve()
  })
  registerCommand(app, { answer, log })
  registerButtons(app, { answer, log })
  registerReactions(app, { state, queue: queue.phaseQueue, log })
  registerHome(app, { client: createWebClient(slack), identity, inventory, state, log })
  await socket.start()
  log.info({ teamId: identity.teamId, botUserId: identity.userId }, 'bot started')
  return {
    async stop() {
      await socket.stop()
      log.info('bot stopped')
    },
  }
}

/** Slack may be away for a moment when the machine starts; a refused token will not get better. */
async function waitForIdentity(client: WebClient, log: Logger): Promise<SlackIdentity> {
  const deadline = Date.now() + START_WITHIN_MS
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 10 * SECOND_MS)) {
    try {
      return await readIdentity(client)
    } catch (error) {
      const isRefused = error instanceof FlyttError && error.code === 'SLACK_LOGIN_REFUSED'
      if (isRefused || Date.now() + waitMs > deadline) throw error
      log.warn({ reason: error instanceof Error ? error.message : String(error), waitMs }, 'slack does not answer yet')
      await delay(waitMs)
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runProcess('bot', async (parts) => [await startBot(parts)])
}
