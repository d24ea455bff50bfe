import { readFileSync } from 'node:fs'
import { afterAll, beforeAll } from '@jest/globals'
import { startSlackWorkspace, type SlackWorkspace } from '../../../sandbox/slack/workspace.ts'
import type { Inventory } from '../../../src/inventory.ts'
import { createLogger } from '../../../src/logger.ts'
import type { Migration } from '../../../src/migration/migration.ts'
import type { PhaseQueue } from '../../../src/queue/phase-queue.ts'
import { Secret } from '../../../src/secret.ts'
import { createWebClient } from '../../../src/slack/web-client.ts'
import { applyRevisions } from '../../../src/state/apply-revisions.ts'
import { createMigration } from '../../../src/state/migration-store.ts'
import { openState, type StateDatabase } from '../../../src/state/state-database.ts'
import { freshDatabase } from '../../support/database.ts'
import { useServers } from '../../support/servers.ts'

export const CHANNEL = 'C0MIGRATE'
export const silentLog = createLogger('silent', 'test')

/** A workspace, and a state database that all tests of a file share. */
export interface SlackStage {
  readonly workspace: SlackWorkspace
  readonly state: StateDatabase
  createClient(timeoutMs?: number): ReturnType<typeof createWebClient>
  /** Starts a migration of a source that no other test has. */
  startMigration(requesterUserId?: string): Promise<Migration>
}

/** Starts workspace and state database before the tests of a file, and ends them after. */
export function useSlackStage(options: { readonly rateLimits?: boolean } = {}): SlackStage {
  const servers = useServers({ state: 18 })
  let workspace: SlackWorkspace | null = null
  let state: StateDatabase | null = null
  let count = 0
  beforeAll(async () => {
    workspace = await startSlackWorkspace({
      port: 0,
      rateLimits: options.rateLimits ?? false,
      scopes: manifestScopes(),
      page: false,
    })
    const database = await freshDatabase(servers.state)
    state = openState(new Secret(database.url), silentLog)
    await applyRevisions(state)
  }, 60_000)
  afterAll(async () => {
    await state?.end()
    await workspace?.stop()
  })
  const stage: SlackStage = {
    get workspace() {
      if (workspace === null) throw new Error('The workspace is not started: use it inside a test.')
      return workspace
    },
    get state() {
      if (state === null) throw new Error('The state database is not open: use it inside a test.')
      return state
    },
    createClient: (timeoutMs = 5000) =>
      createWebClient({
        token: new Secret(stage.workspace.botToken),
        apiUrl: stage.workspace.apiUrl,
        log: silentLog,
        timeoutMs,
      }),
    startMigration: (requesterUserId = 'U0OPERATOR') => {
      count += 1
      return createMigration(stage.state, {
        name: `stage${String(count)}`,
        sourceKey: `stage:5432/${String(count)}`,
        requesterUserId,
        channelId: CHANNEL,
      })
    },
  }
  return stage
}

/** What the app may do is what its manifest asks for: a scope that is missing there fails the tests. */
function manifestScopes(): string[] {
  const manifest = JSON.parse(readFileSync('manifest.json', 'utf8')) as { oauth_config: { scopes: { bot: string[] } } }
  return manifest.oauth_config.scopes.bot
}

/** An inventory with the migrations `shop` and `crm`. */
export function anInventory(changes: Partial<Inventory> = {}): Inventory {
  const migration = (name: string) => ({
    source: {
      url: new Secret(`postgres://flytt:source-password@old.example:5432/${name}`),
      applicationUrl: new Secret(`postgres://app:source-app-password@old.example:5432/${name}`),
    },
    target: {
      url: new Secret(`postgres://flytt:target-password@new.example:5432/${name}`),
      applicationUrl: new Secret(`postgres://app:target-app-password@new.example:5432/${name}`),
    },
    replication: {
      user: 'flytt_replication',
      password: new Secret('replication-password'),
      sourceAddress: 'old.example:5432',
    },
    switches: [{ kind: 'file' as const, path: 'app.json' }],
    policy: { writeStopBudgetMs: 5000, maxLag: 1024 ** 2, maxReplay: 1000, stableFor: 30_000, slotWait: 60_000 },
  })
  return {
    channels: [CHANNEL],
    approvals: { required: 2, expireAfter: 7_200_000, countdown: 10_000 },
    migrations: { shop: migration('shop'), crm: migration('crm') },
    ...changes,
  }
}

/** A queue that remembers what it was told. */
export interface QueueSpy extends PhaseQueue {
  readonly enqueued: string[]
  readonly woken: string[]
}

export function createQueueSpy(): QueueSpy {
  const spy = { enqueued: [] as string[], woken: [] as string[] }
  return {
    ...spy,
    enqueue: (migration) => {
      spy.enqueued.push(`${migration.id} ${migration.phase} ${String(migration.run)}`)
      return Promise.resolve()
    },
    wake: (migration) => {
      spy.woken.push(migration.id)
      return Promise.resolve()
    },
  }
}
