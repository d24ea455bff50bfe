import { afterAll, beforeAll, expect } from '@jest/globals'
import { join } from 'node:path'
import { startSandbox, type Sandbox, type SandboxOptions, type SandboxShop } from '../../sandbox/sandbox.ts'
import type { PageMessage } from '../../sandbox/slack/actions.ts'
import { query } from './database.ts'
import { pollUntil, useDirectory } from './servers.ts'

/** A whole migration takes 15 to 30 s on two cores; a machine that also builds takes longer. */
export const SCENARIO_TIMEOUT_MS = 240_000

export const CHANNEL = 'C0MIGRATE'
export const OPERATOR = 'U0OPERATOR'

/** What a scenario knows of a migration's row in the state database. */
export interface MigrationRow {
  readonly id: string
  readonly status: string
  readonly phase: string
  readonly run: number
  readonly switched: boolean
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | null
}

/** A sandbox driven as people drive it: through the workspace. */
export interface Scenario {
  readonly sandbox: Sandbox
  readonly shop: SandboxShop
  /** Types `/migrate <text>`. @returns the answer's text */
  readonly type: (text: string, userId?: string) => Promise<string>
  /** The newest migration of a name. */
  readonly migration: (name?: string) => Promise<MigrationRow>
  /** The thread of a migration, its root first. */
  readonly thread: (name?: string) => Promise<readonly PageMessage[]>
  /** Waits for the open approval message. */
  readonly approvalMessage: (name?: string) => Promise<PageMessage>
  readonly react: (userId: string, ts: string, name?: string, options?: { readonly remove?: boolean }) => Promise<void>
  /** Two approvers react to the open approval message. */
  readonly approve: (name?: string) => Promise<void>
  readonly waitFor: (
    condition: (migration: MigrationRow) => boolean,
    describe: string,
    name?: string,
  ) => Promise<MigrationRow>
  /** Waits until it is finished; fails at once, with the error, when it stops before. */
  readonly waitUntilFinished: (name?: string) => Promise<MigrationRow>
}

/** Starts a sandbox before the tests of a file and ends it after; small and quick unless told otherwise. */
export function useScenario(options: Omit<SandboxOptions, 'directory'> = {}): () => Scenario {
  const directory = useDirectory()
  let scenario: Scenario | null = null
  beforeAll(async () => {
    const sandbox = await startSandbox({
      directory: join(directory(), 'sandbox'),
      rows: 20_000,
      page: false,
      rateLimits: false,
      ...options,
      inventory: {
        approvals: { countdown: '1s', ...options.inventory?.approvals },
        policy: { stableFor: '1s', ...options.inventory?.policy },
      },
    })
    scenario = scenarioOf(sandbox)
  }, SCENARIO_TIMEOUT_MS)
  afterAll(async () => {
    await scenario?.sandbox.stop()
  }, SCENARIO_TIMEOUT_MS)
  return () => {
    if (scenario === null) throw new Error('The sandbox is not started: use the scenario inside a test.')
    return scenario
  }
}

/** Makes a scenario of a running sandbox. */
export function scenarioOf(sandbox: Sandbox): Scenario {
  const { workspace, stateUrl } = sandbox
  const [shop] = sandbox.shops
  if (shop === undefined) throw new Error('The sandbox has no shop.')

  const findMigration = async (name: string): Promise<MigrationRow | null> => {
    const rows = await query<MigrationRow>(
      stateUrl,
      `SELECT id, status, phase, run, switched_at IS NOT NULL AS switched, error FROM flytt.migration
        WHERE name = $1 ORDER BY number DESC LIMIT 1`,
      [name],
    )
    return rows[0] ?? null
  }
  const scenario: Scenario = {
    sandbox,
    shop,
    async type(text, userId = OPERATOR) {
      const { response } = await workspace.slash({ userId, channelId: CHANNEL, text })
      return response?.text ?? ''
    },
    async migration(name = shop.name) {
      const found = await findMigration(name)
      if (found === null) throw new Error(`There is no migration called ${name}.`)
      return found
    },
    async thread(name = shop.name) {
      const { id } = await scenario.migration(name)
      const [root] = await query<{ ts: string | null }>(
        stateUrl,
        `SELECT ts FROM flytt.message WHERE migration_id = $1 AND place = 'root'`,
        [id],
      )
      if (root?.ts == null) return []
      return workspace.messages({ channelId: CHANNEL, threadTs: root.ts }).messages
    },
    async approvalMessage(name = shop.name) {
      return pollUntil(
        async () => {
          const { id, status, error } = await scenario.migration(name)
          if (status === 'failed') throw new Error(`It failed: ${error?.code ?? ''} ${error?.message ?? ''}`)
          const [open] = await query<{ ts: string | null }>(
            stateUrl,
            `SELECT m.ts FROM flytt.approval_request AS r JOIN flytt.message AS m ON m.migration_id = r.migration_id AND m.key = r.message_key
              WHERE r.migration_id = $1 AND r.status = 'open'`,
            [id],
          )
          if (open?.ts == null) return null
          const thread = await scenario.thread(name)
          return thread.find(({ ts }) => ts === open.ts)
        },
        { describe: `${name} asks for approval`, deadlineMs: 120_000, everyMs: 100 },
      )
    },
    async react(userId, ts, name = 'white_check_mark', { remove = false } = {}) {
      const answer = workspace.react({ userId, channelId: CHANNEL, ts, name, remove })
      expect(answer).toEqual({ ok: true })
    },
    async approve(name = shop.name) {
      const { ts } = await scenario.approvalMessage(name)
      await scenario.react('U0ADA', ts)
      await scenario.react('U0BJORN', ts)
    },
    async waitFor(condition, describe, name = shop.name) {
      return pollUntil(
        async () => {
          const migration = await scenario.migration(name)
          return condition(migration) ? migration : null
        },
        { describe, deadlineMs: 120_000, everyMs: 50 },
      )
    },
    async waitUntilFinished(name = shop.name) {
      const migration = await scenario.waitFor(
        ({ status }) => ['finished', 'failed', 'aborted', 'abort-failed'].includes(status),
        `${name} ends`,
        name,
      )
      if (migration.status !== 'finished')
        throw new Error(`It ended as ${migration.status}: ${JSON.stringify(migration.error)}`)
      return migration
    },
  }
  return scenario
}
