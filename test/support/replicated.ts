import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from '@jest/globals'
import { pino } from 'pino'
import type { Phase, PhaseContext, PhaseOutcome } from '../../jobs/phase.ts'
import { PHASES } from '../../jobs/phases.ts'
import type { PostgresServer } from '../../sandbox/servers/embedded-postgres.ts'
import { createShop } from '../../sandbox/shop/create-shop.ts'
import type { Migration } from '../../src/migration/migration.ts'
import type { PhaseName } from '../../src/migration/phase-name.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { Secret } from '../../src/secret.ts'
import type { Message } from '../../src/slack/message.ts'
import type { BallotReading } from '../../src/slack/votes.ts'
import { applyRevisions } from '../../src/state/apply-revisions.ts'
import { openRecord } from '../../src/state/migration-record.ts'
import { createMigration, endRun, takeUp } from '../../src/state/migration-store.ts'
import { beginPhaseRun } from '../../src/state/phase-run-store.ts'
import { openState, type StateDatabase } from '../../src/state/state-database.ts'
import type { Endpoint, Switch } from '../../src/switch/switch.ts'
import { freshDatabase } from './database.ts'

/** A switch that only remembers; it fails where a test says so. */
export interface MemorySwitch extends Switch {
  readonly log: string[]
  state: { pointsAt: Endpoint | null; paused: boolean }
  failAt: string | null
}

/** A switch in memory, as one of the kinds a phase may be given. */
export function memorySwitch(): MemorySwitch {
  const log: string[] = []
  const take = (step: string) => {
    log.push(step)
    return memory.failAt === step ? Promise.reject(new Error(`the switch failed at ${step}`)) : Promise.resolve()
  }
  const memory: MemorySwitch = {
    name: 'memory',
    log,
    state: { pointsAt: null, paused: false },
    failAt: null,
    check: () => Promise.resolve([]),
    async pause() {
      memory.state.paused = true
      await take('pause')
    },
    async pointAt(endpoint) {
      await take('pointAt')
      memory.state.pointsAt = endpoint
    },
    async resume() {
      await take('resume')
      memory.state.paused = false
    },
    describe: () => Promise.resolve(memory.state),
    end: () => Promise.resolve(),
  }
  return memory
}

/** One migration of a small shop, run phase by phase by a test, with the real state database and a thread in memory. */
export interface Replicated {
  readonly state: StateDatabase
  readonly sourceUrl: string
  readonly targetUrl: string
  readonly applicationUrl: string
  readonly switches: MemorySwitch
  readonly posted: Map<string, Message>
  /** What `readBallots` answers. */
  ballots: BallotReading
  /** The context of a new run of a phase, with a new epoch. */
  context(phase: PhaseName, more?: Partial<PhaseContext>): Promise<PhaseContext>
  /** Runs a phase until it does not wait any more. */
  run(phase: PhaseName, more?: Partial<PhaseContext>): Promise<PhaseOutcome>
}

const NO_BALLOTS: BallotReading = { voters: [], entitled: null, raw: {}, messageIntact: true }
const PASSWORDS = {
  owner: 'secret-of-owner',
  application: 'secret-of-application',
  reader: 'secret-of-reader',
  replication: 'secret-of-replication',
}

/** Prepares a shop on `source`, an empty database on `target` and a record in `target`'s server. */
export function useReplicated(servers: {
  readonly source: PostgresServer
  readonly target: PostgresServer
}): () => Replicated {
  let replicated: Replicated | null = null
  beforeAll(async () => {
    replicated = await prepare(servers)
  }, 60_000)
  afterAll(async () => {
    await replicated?.state.end()
  })
  return () => {
    if (replicated === null) throw new Error('Use it inside a test.')
    return replicated
  }
}

async function prepare(servers: {
  readonly source: PostgresServer
  readonly target: PostgresServer
}): Promise<Replicated> {
  const name = `shop${randomBytes(4).toString('hex')}`
  const shop = await createShop(servers.source, { rows: 2000, passwords: PASSWORDS, database: name })
  const target = await freshDatabase(servers.target)
  const stateUrl = (await freshDatabase(servers.target)).url
  const state = openState(new Secret(stateUrl), pino({ level: 'silent' }))
  await applyRevisions(state)
  let migration = await createMigration(state, {
    name,
    sourceKey: name,
    requesterUserId: 'U0REQUESTER',
    channelId: 'C0MIGRATE',
  })
  const posted = new Map<string, Message>()
  const switches = memorySwitch()
  const applicationTargetUrl = servers.target.urlFor({
    user: 'shop_app',
    password: PASSWORDS.application,
    database: target.name,
  })

  const replicated: Replicated = {
    state,
    sourceUrl: shop.superuserUrl,
    targetUrl: target.url,
    applicationUrl: shop.applicationUrl,
    switches,
    posted,
    ballots: NO_BALLOTS,
    async context(phase, more = {}) {
      const ended = await endRun(state, { ...migration }, { status: 'running', phase, error: null })
      const taken = await takeUp(state, migration.id, ended?.run ?? migration.run)
      if (taken === null) throw new Error('The migration could not be taken up.')
      migration = taken
      await beginPhaseRun(state, migration, 'run')
      return contextOf(migration, more)
    },
    async run(phase, more = {}) {
      const context = await replicated.context(phase, more)
      return runUntilSettled(PHASES[phase], context)
    },
  }
  return replicated

  function contextOf(now: Migration, more: Partial<PhaseContext>): PhaseContext {
    return {
      migration: now,
      settings: {
        source: { url: new Secret(shop.superuserUrl), applicationUrl: new Secret(shop.applicationUrl) },
        target: { url: new Secret(target.url), applicationUrl: new Secret(applicationTargetUrl) },
        replication: {
          user: shop.replicationUser,
          password: new Secret(PASSWORDS.replication),
          sourceAddress: `127.0.0.1:${servers.source.port}`,
        },
        switches: [{ kind: 'file', path: '/unused' }],
        policy: { writeStopBudgetMs: 5000, maxLag: 1024 ** 2, maxReplay: 1000, stableFor: 300, slotWait: 10_000 },
        approvals: { required: 2, expireAfter: 60_000, countdown: 300 },
      },
      source: databaseAt('source', new Secret(shop.superuserUrl)),
      target: databaseAt('target', new Secret(target.url)),
      hosts: { source: null, target: null },
      switches: [switches],
      thread: {
        post: (key, message) => {
          if (!posted.has(key)) posted.set(key, message)
          return Promise.resolve()
        },
        show: (key, message) => {
          posted.set(key, message)
          return Promise.resolve()
        },
        find: (key) => Promise.resolve(posted.has(key) ? { channelId: 'C0MIGRATE', ts: `ts of ${key}` } : null),
        readBallots: () => Promise.resolve(replicated.ballots),
      },
      record: openRecord(state, now),
      signal: new AbortController().signal,
      log: pino({ level: 'silent' }),
      ...more,
    }
  }
}

/** Runs a phase again and again while it waits; a phase that never settles fails the test by its time. */
export async function runUntilSettled(phase: Phase, context: PhaseContext): Promise<PhaseOutcome> {
  for (;;) {
    const outcome = await phase.run(context)
    if (outcome.kind !== 'wait') return outcome
    await new Promise((resolve) => setTimeout(resolve, Math.min(outcome.delayMs, 100)))
  }
}
