import { pathToFileURL } from 'node:url'
import { WebClient } from '@slack/web-api'
import { runPhase, type PhaseRunner } from '../jobs/run-phase.ts'
import { startResuming } from '../jobs/resume.ts'
import type { PhaseContext } from '../jobs/phase.ts'
import { readConfig, type Config } from './config.ts'
import { asFlyttError, FlyttError } from './errors.ts'
import { readInventory, type Inventory } from './inventory.ts'
import { createLogger, type Logger } from './logger.ts'
import type { Migration } from './migration/migration.ts'
import { databaseAt } from './postgres/connection.ts'
import { openQueue, type OpenQueue } from './queue/open-queue.ts'
import { startPhaseWorker } from './queue/phase-worker.ts'
import { showRoot } from './report/show-root.ts'
import { startPoster } from './slack/poster.ts'
import { createSlackThread } from './slack/slack-thread.ts'
import { sshHostAt } from './ssh/ssh-host.ts'
import { applyRevisions } from './state/apply-revisions.ts'
import * as messageStore from './state/message-store.ts'
import { tryLock, type MigrationLock } from './state/migration-lock.ts'
import { openRecord } from './state/migration-record.ts'
import { openState, type StateDatabase } from './state/state-database.ts'
import { openSwitches } from './switch/open-switches.ts'
import { SECOND_MS } from './units.ts'

/** How long the end of the process waits for a cutover; shorter than what init systems give. */
const CLOSE_DEADLINE_MS = 9 * SECOND_MS

/** What a worker is made of; the entry points build it. */
export interface WorkerParts {
  readonly config: Config
  readonly inventory: Inventory
  readonly state: StateDatabase
  readonly queue: OpenQueue
  readonly log: Logger
}

/**
 * Starts a worker: it takes phase jobs from the queue, posts what the migrations say, and queues again what was lost.
 *
 * @returns how to stop it: no more jobs, waiting phases return at once, a cutover under way is finished first
 */
export async function startWorker(parts: WorkerParts): Promise<{ stop(): Promise<void> }> {
  const { config, state, queue, log } = parts
  const stopping = new AbortController()
  // A 429 on a message must not hold up the reading of votes, so each has a client of its own.
  const posts = slackClient(config, 10 * SECOND_MS)
  const decisions = slackClient(config, 5 * SECOND_MS)
  const identity = await readIdentity(decisions)

  const leadership = startLeadership(config, log)
  const poster = startPoster({ client: posts, store: messageStoreOf(state), log, isLeader: leadership.isLeader })
  const runner: PhaseRunner = {
    state,
    queue: queue.phaseQueue,
    log,
    stopping: stopping.signal,
    tryLock: (migrationId) => tryLock(config.stateDatabaseUrl, `migration ${migrationId}`),
    createContext: (migration, signal, phaseLog) => createContext(parts, { decisions, identity }, migration, signal, phaseLog),
    showRoot: (migrationId) => showRoot(state, parts.inventory, migrationId),
  }
  const worker = startPhaseWorker(queue.backend, { concurrency: config.workerConcurrency, log }, (job) => runPhase(runner, job))
  const resuming = startResuming({ state, queue: queue.phaseQueue, log })
  log.info('worker started')
  return {
    async stop() {
      stopping.abort()
      await resuming.stop()
      await worker.close(CLOSE_DEADLINE_MS)
      await poster.stop()
      await leadership.stop()
      log.info('worker stopped')
    },
  }
}

/** Who Flytt is in Slack. */
interface SlackIdentity {
  readonly teamId: string
  readonly botUserId: string
  readonly enterpriseId: string | null
}

interface SlackAccess {
  readonly decisions: WebClient
  readonly identity: () => Promise<SlackIdentity>
}

function slackClient(config: Config, timeoutMs: number): WebClient {
  return new WebClient(config.slackBotToken.reveal(), {
    ...(config.slackApiUrl === null ? {} : { slackApiUrl: config.slackApiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
  })
}
