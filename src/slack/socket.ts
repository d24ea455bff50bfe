import { setTimeout as delay } from 'node:timers/promises'
import { SocketModeReceiver } from '@slack/bolt'
import { FlyttError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Secret } from '../secret.ts'
import { SECOND_MS } from '../units.ts'
import { toSlackLogger } from './slack-logger.ts'
import { classifyTrouble, troubleReason } from './slack-trouble.ts'

/** How Slack's events reach Flytt. */
export interface SocketSettings {
  readonly appToken: Secret
  /** Null for Slack itself. */
  readonly apiUrl: string | null
  readonly log: Logger
  /** Called whenever the socket is open: what happened while it was not has to be looked up. */
  readonly onConnected: () => Promise<void>
}

/** A socket that is opened again whenever it is lost. */
export interface Socket {
  readonly receiver: SocketModeReceiver
  /** Opens it. @throws {FlyttError} `SLACK_LOGIN_REFUSED` when Slack refuses the app token */
  start(): Promise<void>
  stop(): Promise<void>
  isConnected(): boolean
}

const CONNECT_WITHIN_MS = 20 * SECOND_MS
const LONGEST_BACK_OFF_MS = 10 * SECOND_MS
/** Refused tokens are tried again, because a person may mend them without knowing that Flytt must restart. */
const REFUSED_RETRY_MS = 30 * SECOND_MS
/** A socket that claims to be open and is not is given so long. */
const DEAF_AFTER_MS = 30 * SECOND_MS
const HEALTH_EVERY_MS = 5 * SECOND_MS
const STOP_DEADLINE_MS = 3 * SECOND_MS

/**
 * Makes the Socket Mode receiver and keeps it connected.
 *
 * The library's own reconnecting is off: it waits 5 s after an ordinary refresh, and a refused token makes it an unhandled
 * rejection after which nothing reconnects.
 */
export function createSocket(settings: SocketSettings): Socket {
  const { log } = settings
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken.reveal(),
    clientPingTimeout: 1500,
    autoReconnectEnabled: false,
    logger: toSlackLogger(log),
    installerOptions: {
      clientOptions: {
        ...(settings.apiUrl === null ? {} : { slackApiUrl: settings.apiUrl }),
        // Left out, the library sets 100 retries, and the client within handlers inherits them.
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 10 * SECOND_MS,
      },
    },
    // Not acked, Slack sends it again.
    processEventErrorHandler: ({ error }) => {
      log.error({ reason: error.message }, 'slack event not handled')
      return Promise.resolve(false)
    },
  })
  const { client } = receiver
  const stopping = new AbortController()
  let loop: Promise<void> | null = null
  let closed: () => void = () => undefined
  const isStopping = () => stopping.signal.aborted
  const isConnected = () => client.websocket?.isActive() === true

  client.on('disconnected', () => {
    closed()
  })

  return {
    receiver,
    isConnected,
    async start() {
      const first = await connect()
      if (first instanceof FlyttError && first.code === 'SLACK_LOGIN_REFUSED') throw first
      loop = keepConnected(first)
    },
    async stop() {
      stopping.abort()
      closed()
      await Promise.race([Promise.all([disconnect(), loop]), delay(STOP_DEADLINE_MS, undefined, { ref: false })])
    },
  }

  async function keepConnected(first: FlyttError | null): Promise<void> {
    let failure = first
    let failures = 0
    while (!isStopping()) {
      if (failure === null) {
        failures = 0
        await untilClosed()
        if (!isStopping()) log.info('socket to slack closed, opening another')
      } else {
        failures += 1
        const refused = failure.code === 'SLACK_LOGIN_REFUSED'
        const waitMs = refused ? REFUSED_RETRY_MS : Math.min(LONGEST_BACK_OFF_MS, 250 * 2 ** Math.min(10, failures))
        log[refused ? 'error' : 'warn']({ reason: failure.message, waitMs }, 'no socket to slack: flytt is deaf')
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
      failure = isStopping() ? null : await connect()
    }
  }

  /** @returns null once it is open, or why it is not */
  async function connect(): Promise<FlyttError | null> {
    const gaveUp = new AbortController()
    try {
      const opened = client.start()
      const tooLate = delay(CONNECT_WITHIN_MS, 'too late' as const, { signal: gaveUp.signal, ref: false })
      // Whichever loses must not become an unhandled rejection.
      opened.catch(() => undefined)
      tooLate.catch(() => undefined)
      if ((await Promise.race([opened, tooLate])) === 'too late') {
        await disconnect()
        return new FlyttError('SLACK_FAILED', { context: { method: 'apps.connections.open', reason: 'no hello came' } })
      }
    } catch (error) {
      return asFailure(error)
    } finally {
      gaveUp.abort()
    }
    log.info('socket to slack open')
    settings.onConnected().catch((error: unknown) => {
      log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'votes not looked up after connecting',
      )
    })
    return null
  }

  /** Waits until the socket is gone, or has been deaf for too long while nobody said so. */
  async function untilClosed(): Promise<void> {
    let activeAt = Date.now()
    await new Promise<void>((resolve) => {
      const health = setInterval(() => {
        if (isConnected()) activeAt = Date.now()
        else if (Date.now() - activeAt > DEAF_AFTER_MS) {
          log.error('socket to slack was deaf, opening another')
          closed()
        }
      }, HEALTH_EVERY_MS)
      closed = () => {
        clearInterval(health)
        resolve()
      }
      // It may have gone before anybody waited.
      if (!isConnected()) closed()
    })
  }

  async function disconnect(): Promise<void> {
    await Promise.race([client.disconnect(), delay(STOP_DEADLINE_MS, undefined, { ref: false })])
  }
}

function asFailure(error: unknown): FlyttError {
  const trouble = classifyTrouble(error)
  const reason = error === undefined ? 'the socket was closed at once' : troubleReason(trouble)
  if (trouble.kind === 'refused') {
    return new FlyttError('SLACK_LOGIN_REFUSED', { context: { variable: 'SLACK_APP_TOKEN', reason }, cause: error })
  }
  return new FlyttError('SLACK_FAILED', { context: { method: 'apps.connections.open', reason }, cause: error })
}
