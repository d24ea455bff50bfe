import { pathToFileURL } from 'node:url'
import { PHASES } from '../jobs/phases.ts'
import { startResuming } from '../jobs/resume.ts'
import { runPhase, type PhaseRunner } from '../jobs/run-phase.ts'
import { runProcess, type RunningProcess } from './process.ts'
import { startPhaseWorker } from './queue/phase-worker.ts'
import { createPosterStore } from './report/slack-stores.ts'
import { showRoot } from './report/show-root.ts'
import { createIdentityReader } from './slack/identity.ts'
import { startPoster } from './slack/poster.ts'
import { createWebClient } from './slack/web-client.ts'
import { startLeadership } from './state/leadership.ts'
import { tryLock } from './state/migration-lock.ts'
import type { FlyttParts } from './parts.ts'
import { createPhaseContext } from './phase-context.ts'
import { SECOND_MS } from './units.ts'

/** How long the end of the process waits for a phase that must end; less than what init systems give. */
const CLOSE_DEADLINE_MS = 8 * SECOND_MS

/**
 * Starts a worker: it takes phase jobs from the queue, posts what the migrations say, and queues again what was lost.
 *
 * @returns how to stop it: no more jobs, waiting phases return at once, a cutover under way is finished first
 */
export function startWorker(parts: FlyttParts): Promise<RunningProcess> {
  const { config, state, queue, log } = parts
  const stopping = new AbortController()
  // A 429 on a message must not hold up the reading of votes, so each has a client of its own.
  const slack = { token: config.slackBotToken, apiUrl: config.slackApiUrl, log }
  const posts = createWebClient(slack)
  const decisions = createWebClient({ ...slack, timeoutMs: 5 * SECOND_MS })
  const identity = createIdentityReader(decisions)

  const leadership = startLeadership(() => tryLock(config.stateDatabaseUrl, 'poster'), log)
  const poster = startPoster({ client: posts, store: createPosterStore(state), log, isLeader: leadership.isLeader })
  const runner: PhaseRunner = {
    phases: PHASES,
    state,
    queue: queue.phaseQueue,
    log,
    stopping: stopping.signal,
    tryLock: (migrationId) => tryLock(config.stateDatabaseUrl, `migration ${migrationId}`),
    createContext: (migration, signal, phaseLog) =>
      createPhaseContext(parts, { client: decisions, identity }, migration, signal, phaseLog),
    showRoot: (migrationId) => showRoot(state, parts.inventory, migrationId),
  }
  const worker = startPhaseWorker(
    queue.backend,
    {
      concurrency: config.workerConcurrency,
      log,
      isUnderWay: ({ migrationId: id, phase, run }) => queue.phaseQueue.isUnderWay({ id, phase, run }),
    },
    (job) => runPhase(runner, job),
  )
  const resuming = startResuming({ state, queue: queue.phaseQueue, log })
  log.info('worker started')
  return Promise.resolve({
    async stop() {
      stopping.abort()
      await resuming.stop()
      await worker.close(CLOSE_DEADLINE_MS)
      await poster.stop()
      await leadership.stop()
      log.info('worker stopped')
    },
  })
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runProcess('worker', async (parts) => [await startWorker(parts)])
}
