import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { fixedSource, watchConnectionFile } from './connection-source.ts'
import type { ConnectionSource } from './connection-source.ts'
import { Gate } from './gate.ts'
import type { OwnRows } from './operations.ts'
import { LostRow, nextOperation, readOwnRows } from './operations.ts'
import type { CheckResult } from './oracle.ts'
import { Oracle } from './oracle.ts'
import type { SeededRandom } from './seeded-random.ts'
import { seededRandom } from './seeded-random.ts'
import type { Session } from './session.ts'
import { isInterruption, openSession, waitBeforeTry } from './session.ts'
import { writeOnce } from './write-once.ts'

export interface ApplicationOptions {
  /** `file`: follow `connectionFile`; `pgbouncer`: always connect to `url`. */
  readonly connect: 'file' | 'pgbouncer'
  readonly connectionFile?: string
  /** Only host, port and database are taken from it. */
  readonly url?: string
  readonly role: string
  readonly password: string
  /** Connections that write; default 4. */
  readonly writers?: number
  /** Of all writers together; default 60. */
  readonly writesPerSecond?: number
  /** Decides what is written; the same one makes the same writes. Default: a random one. */
  readonly seed?: number
}

export interface ApplicationState {
  readonly acknowledged: number
  /** Writes that a server refused; interrupted ones are tried again and are not among them. */
  readonly failed: number
  readonly lastFailure: string | null
  /** Longest time from a write's begin to its acknowledgement, one under way included. */
  readonly longestStallMs: number
  /** Of the server that took the latest write, PgBouncer's server included; null before the first. */
  readonly serverPort: number | null
  readonly seed: number
  /** As the latest check found; absent before the first. */
  readonly missing?: number
}

/** An application that keeps writing to the shop and knows each acknowledged write. */
export interface Application {
  state(): ApplicationState
  /**
   * Holds the writers, compares, and lets them go on.
   *
   * @param url - of the database to look at; absent: the one the application now uses
   */
  check(url?: string): Promise<CheckResult>
  /** Begins no further write and waits up to `deadlineMs` (default 30,000) for those under way. */
  pause(deadlineMs?: number): Promise<void>
  resume(): void
  /** Forgets the longest stall and the failures so far, so that one phase can be measured. */
  resetMeasures(): void
  stop(): Promise<void>
}

const SETTLE_MS = 30_000

/**
 * Starts the shop's application.
 *
 * @throws when the database cannot be read within 30 s
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { writers = 4, writesPerSecond = 60, seed = Math.floor(Math.random() * 2 ** 31) } = options
  const source = openSource(options)
  const login = { user: options.role, password: options.password }
  const oracle = new Oracle()
  const ending = new AbortController()
  setMaxListeners(0, ending.signal)
  const gate = new Gate()
  const measures = {
    failed: 0,
    lastFailure: null as string | null,
    longestStallMs: 0,
    serverPort: null as number | null,
  }
  /** Begin of each write under way, by writer. */
  const begunAt = new Map<number, number>()
  let missing: number | undefined

  const fail = (error: unknown): void => {
    measures.failed++
    const { code, message } = error as { code?: string; message: string }
    measures.lastFailure = code === undefined ? message : `${code} ${message}`
  }

  const writeNext = async (writer: number, session: Session, own: OwnRows, random: SeededRandom): Promise<void> => {
    const begin = performance.now()
    begunAt.set(writer, begin)
    try {
      measures.serverPort = await writeOnce(session, nextOperation(oracle, own, random), ending.signal)
      oracle.acknowledged++
      measures.longestStallMs = Math.max(measures.longestStallMs, performance.now() - begin)
    } catch (error) {
      if (ending.signal.aborted) throw error
      fail(error)
      if (error instanceof LostRow) oracle.seenMissing.add(error.message)
    } finally {
      begunAt.delete(writer)
      gate.settle(begunAt.size)
    }
  }
  const runWriter = async (writer: number, own: OwnRows, random: SeededRandom): Promise<void> => {
    const session = openSession(source, login)
    const intervalMs = (1000 * writers) / writesPerSecond
    let dueAt = performance.now() + random.integer(Math.ceil(intervalMs))
    try {
      for (;;) {
        await delay(Math.max(0, dueAt - performance.now()), undefined, { signal: ending.signal })
        await gate.pass(ending.signal)
        await writeNext(writer, session, own, random)
        // After a stall the writers go on at their pace and do not catch up in a burst.
        dueAt = Math.max(dueAt + intervalMs, performance.now())
      }
    } catch (error) {
      if (!ending.signal.aborted) fail(error)
    } finally {
      session.close()
    }
  }

  let isHeld = false
  const compare = async (url?: string): Promise<CheckResult> => {
    await gate.close(begunAt.size, SETTLE_MS)
    try {
      const place = url === undefined ? source : fixedSource(targetOf(url))
      const result = await readOnce(place, login, (client) => oracle.compare(client))
      missing = result.missing
      return result
    } finally {
      if (!isHeld) gate.open()
    }
  }
  /** One comparison at a time: the first to end would let the writers go on under the second. */
  let latestCheck: Promise<unknown> = Promise.resolve()

  let ownRows: OwnRows[]
  try {
    ownRows = await readOnce(source, login, (client) => readOwnRows(client, oracle, writers))
  } catch (error) {
    source.stop()
    throw error
  }
  const running = ownRows.map((own, writer) => runWriter(writer, own, seededRandom(seed + writer)))
  return {
    state: () => ({
      acknowledged: oracle.acknowledged,
      failed: measures.failed,
      lastFailure: measures.lastFailure,
      longestStallMs: Math.round(
        Math.max(measures.longestStallMs, ...[...begunAt.values()].map((begin) => performance.now() - begin)),
      ),
      serverPort: measures.serverPort,
      seed,
      ...(missing !== undefined && { missing }),
    }),
    check: (url) => {
      const result = latestCheck.then(() => compare(url))
      latestCheck = result.catch(() => undefined)
      return result
    },
    pause: async (deadlineMs = SETTLE_MS) => {
      isHeld = true
      await gate.close(begunAt.size, deadlineMs)
    },
    resume: () => {
      isHeld = false
      gate.open()
    },
    resetMeasures: () => {
      Object.assign(measures, { failed: 0, lastFailure: null, longestStallMs: 0 })
    },
    stop: async () => {
      ending.abort()
      await Promise.all(running)
      source.stop()
    },
  }
}

function openSource(options: ApplicationOptions): ConnectionSource {
  if (options.connect === 'file') {
    if (options.connectionFile === undefined) throw new Error('Give connectionFile for connect: file.')
    return watchConnectionFile(options.connectionFile)
  }
  if (options.url === undefined) throw new Error('Give url for connect: pgbouncer.')
  return fixedSource(targetOf(options.url))
}

function targetOf(url: string): { host: string; port: number; database: string } {
  const { hostname, port, pathname } = new URL(url)
  return { host: hostname, port: Number(port || 5432), database: decodeURIComponent(pathname.slice(1)) }
}

async function readOnce<Answer>(
  source: ConnectionSource,
  login: { user: string; password: string },
  read: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const signal = AbortSignal.timeout(SETTLE_MS)
  const session = openSession(source, login)
  for (let attempt = 0; ; attempt++) {
    try {
      return await session.use(read, signal)
    } catch (error) {
      if (signal.aborted || !isInterruption(error)) throw error
      await waitBeforeTry(attempt, signal)
    } finally {
      session.close()
    }
  }
}
