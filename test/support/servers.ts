import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe } from '@jest/globals'
import type { PostgresServer, StartPostgresOptions } from '../../sandbox/servers/embedded-postgres.ts'
import { startPostgres } from '../../sandbox/servers/embedded-postgres.ts'
import { findProgram } from '../../sandbox/servers/find-program.ts'
import type { EmbeddedMajor } from '../../sandbox/servers/postgres-binaries.ts'

type Wanted = EmbeddedMajor | Omit<StartPostgresOptions, 'directory'>

/** Four servers on two cores take a few seconds; a machine that also builds takes longer. */
const START_TIMEOUT_MS = 120_000

/**
 * Starts servers before the tests of a file (or of a `describe`) and ends them after, data included.
 *
 *   const servers = useServers({ source: 17, target: { major: 18, settings: { max_connections: '20' } } })
 *   test('…', () => query(servers.source.url, 'SELECT 1'))
 *
 * @returns the servers under their names; reading one before `beforeAll` ran throws
 */
export function useServers<Name extends string>(
  wanted: Readonly<Record<Name, Wanted>>,
): Readonly<Record<Name, PostgresServer>> {
  const started = new Map<string, PostgresServer>()
  beforeAll(async () => {
    const starts = Object.entries<Wanted>(wanted).map(async ([name, options]) => {
      const asked = typeof options === 'number' ? { major: options } : options
      started.set(name, await startPostgres({ ...asked, directory: join(directory(), name) }))
    })
    // Waits for all, so that a server that comes up after another's failure is not left running.
    const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected')
    if (failed) throw failed.reason
  }, START_TIMEOUT_MS)
  afterAll(async () => {
    await Promise.all([...started.values()].map((server) => server.stop('immediate')))
  }, START_TIMEOUT_MS)
  // Jest runs afterAll hooks in the order they were registered: the servers end before their folder goes.
  const directory = useDirectory()
  return new Proxy({} as Record<Name, PostgresServer>, {
    get: (_target, name) => {
      const server = started.get(String(name))
      if (!server) throw new Error(`The server ${String(name)} is not started: read it inside a test.`)
      return server
    },
  })
}

/** Gives a folder that lasts as long as the file's tests; call the result inside a test or hook. */
export function useDirectory(): () => string {
  let directory: string | null = null
  afterAll(() => {
    if (directory !== null) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })
  return () => {
    if (directory === null) {
      directory = mkdtempSync(join(tmpdir(), 'flytt-test-'))
      // Run by root, the servers belong to another user, who must get in.
      chmodSync(directory, 0o755)
    }
    return directory
  }
}

/**
 * Waits until a condition holds.
 *
 * @param condition - asked again every `everyMs`; what it throws is thrown only if it still throws at the deadline
 * @param options.describe - the end of the sentence "Not within 5000 ms: …"
 * @returns the first answer that is not null, undefined or false
 */
export async function pollUntil<Answer>(
  condition: () => Answer | Promise<Answer>,
  options: { describe: string; deadlineMs?: number; everyMs?: number },
): Promise<Exclude<Answer, false | null | undefined>> {
  const { deadlineMs = 10_000, everyMs = 25 } = options
  const deadline = Date.now() + deadlineMs
  for (;;) {
    let failure: unknown
    try {
      const answer = await condition()
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<Answer, false | null | undefined>
      }
    } catch (error) {
      failure = error
    }
    if (Date.now() > deadline) {
      throw new Error(`Not within ${String(deadlineMs)} ms: ${options.describe}`, { cause: failure })
    }
    await delay(everyMs)
  }
}

/**
 * Gives `describe` for tests that need a system program, and `describe.skip` where it is not installed.
 *
 * @throws when it is missing and FLYTT_REQUIRE_PROGRAMS is 1, as in .ci/run: a skip there would be a hole
 */
export function requireProgram(...names: readonly string[]): typeof describe | typeof describe.skip {
  const missing = names.filter((name) => findProgram(name) === null)
  if (missing.length === 0) return describe
  if (process.env['FLYTT_REQUIRE_PROGRAMS'] === '1') throw new Error(`Not installed: ${missing.join(', ')}`)
  process.stderr.write(`SKIPPED, because not installed: ${missing.join(', ')}\n`)
  return describe.skip
}
