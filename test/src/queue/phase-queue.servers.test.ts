import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.ts'
import { createLogger } from '../../../src/logger.ts'
import type { Migration } from '../../../src/migration/migration.ts'
import { openQueue, type OpenQueue } from '../../../src/queue/open-queue.ts'
import type { PhaseJobData } from '../../../src/queue/phase-job.ts'
import { startPhaseWorker, type JobOutcome } from '../../../src/queue/phase-worker.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase } from '../../support/database.ts'
import { pollUntil, requireProgram, useDirectory, useServers } from '../../support/servers.ts'

const log = createLogger('fatal', 'test')
const servers = useServers({ state: 18 })
const directory = useDirectory()

function aMigration(run: number, name = 'shop'): Migration {
  return {
    id: `${name}-1`,
    name,
    requesterUserId: 'U0A',
    channelId: 'C0A',
    status: 'running',
    phase: 'copy',
    run,
    epoch: 1,
    switchedAt: null,
    error: null,
    createdAt: new Date(),
    updatedAt: new Date(),
    finishedAt: null,
  }
}

function optionsFor(queue: OpenQueue, concurrency: number) {
  const isUnderWay = ({ migrationId: id, phase, run }: PhaseJobData) => queue.phaseQueue.isUnderWay({ id, phase, run })
  return { concurrency, log, isUnderWay }
}

/** What must hold of the queue wherever it lives. */
function describeQueue(open: () => Promise<OpenQueue>) {
  let queue: OpenQueue
  beforeAll(async () => {
    queue = await open()
  })
  afterAll(async () => {
    await queue.close()
  })

  /** Works jobs with `work` until `test` is over. */
  async function working(work: (job: PhaseJobData) => Promise<JobOutcome>, test: () => Promise<void>) {
    const worker = startPhaseWorker(queue.backend, optionsFor(queue, 4), work)
    try {
      await test()
    } finally {
      await worker.close(5000)
    }
  }

  test('a job carries ids only and is done once, however often it is queued', async () => {
    const seen: PhaseJobData[] = []
    await queue.phaseQueue.enqueue(aMigration(1))
    await queue.phaseQueue.enqueue(aMigration(1))
    await working(
      (job) => {
        seen.push(job)
        return Promise.resolve({ kind: 'done' })
      },
      async () => {
        await pollUntil(() => seen.length > 0, { describe: 'the job is done' })
      },
    )
    expect(seen).toEqual([{ migrationId: 'shop-1', phase: 'copy', run: 1 }])
  })

  test('the same id can be queued again after it was done', async () => {
    let count = 0
    await working(
      () => {
        count += 1
        return Promise.resolve({ kind: 'done' })
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(2))
        await pollUntil(() => count === 1, { describe: 'done once' })
        await pollUntil(
          async () => {
            await queue.phaseQueue.enqueue(aMigration(2))
            return count === 2
          },
          { describe: 'done again', everyMs: 100 },
        )
      },
    )
  })

  test('a phase that waits comes back after its delay, many times', async () => {
    const times: number[] = []
    await working(
      () => {
        times.push(Date.now())
        return Promise.resolve(times.length < 5 ? { kind: 'wait', delayMs: 99.7 } : { kind: 'done' })
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(3))
        await pollUntil(() => times.length === 5, { describe: 'five ticks' })
      },
    )
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(95)
  })

  test('a phase that waits long can be woken, and still comes back by itself', async () => {
    let count = 0
    await working(
      () => {
        count += 1
        return Promise.resolve(count < 4 ? { kind: 'wait', delayMs: 700 } : { kind: 'done' })
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(4))
        await pollUntil(() => count === 1, { describe: 'first look' })
        await queue.phaseQueue.wake(aMigration(4))
        await pollUntil(() => count === 2, { describe: 'woken', deadlineMs: 600 })
        await pollUntil(() => count === 4, { describe: 'its own looks' })
      },
    )
  })

  test('many wakes at any moment neither lose nor double the phase’s own looks', async () => {
    let atOnce = 0
    let most = 0
    const times: number[] = []
    await working(
      async () => {
        atOnce += 1
        most = Math.max(most, atOnce)
        times.push(Date.now())
        const later = Date.now() + 10
        await pollUntil(() => Date.now() > later, { describe: 'time passes', everyMs: 5 })
        atOnce -= 1
        return { kind: 'wait', delayMs: 300 }
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(8))
        const until = Date.now() + 3000
        await pollUntil(
          async () => {
            await Promise.all([1, 2, 3].map(() => queue.phaseQueue.wake(aMigration(8))))
            return Date.now() > until
          },
          { describe: 'three seconds of wakes', everyMs: 7 },
        )
        const quietFrom = times.length
        await pollUntil(() => times.length >= quietFrom + 3, { describe: 'its own looks go on', deadlineMs: 8000 })
      },
    )
    // Its own look and one woken one; more would mean that a wake doubled the phase's job.
    expect(most).toBeLessThanOrEqual(2)
  })

  test('a phase whose job hangs on a worker that does not answer goes on, and its job does too when that ends', async () => {
    let isHanging = true
    let letGo: (() => void) | null = null
    let stoodIn = 0
    let own = 0
    await working(
      async () => {
        if (isHanging && letGo === null) {
          await new Promise<void>((resolve) => (letGo = resolve))
          return { kind: 'wait', delayMs: 50 }
        }
        if (isHanging) stoodIn += 1
        else own += 1
        return own < 3 ? { kind: 'wait', delayMs: 50 } : { kind: 'done' }
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(9))
        const end: () => void = await pollUntil(() => letGo, { describe: 'the job hangs' })
        expect(await queue.phaseQueue.isUnderWay(aMigration(9))).toBe(true)
        await queue.phaseQueue.takeOver(aMigration(9))
        await pollUntil(() => stoodIn >= 3, { describe: 'another job stands in, more than once' })
        isHanging = false
        end()
        await pollUntil(() => own >= 3, { describe: 'the phase goes on' })
      },
    )
  })

  test('an error of the work is no end of the job', async () => {
    let count = 0
    await working(
      () => {
        count += 1
        return count === 1 ? Promise.reject(new Error('the state database is away')) : Promise.resolve({ kind: 'done' })
      },
      async () => {
        await queue.phaseQueue.enqueue(aMigration(5))
        await pollUntil(() => count >= 2, { describe: 'tried again' })
      },
    )
  })

  test('closing waits for a job at work, but not for ever', async () => {
    let release: (() => void) | null = null
    const worker = startPhaseWorker(queue.backend, optionsFor(queue, 1), async () => {
      await new Promise<void>((resolve) => (release = resolve))
      return { kind: 'done' }
    })
    await queue.phaseQueue.enqueue(aMigration(6, 'stuck'))
    const end: () => void = await pollUntil(() => release, { describe: 'the job is at work' })
    const begun = Date.now()
    await worker.close(300)
    expect(Date.now() - begun).toBeLessThan(3000)
    end()
    await worker.close(5000)
  })
}

describe('the queue on PostgreSQL', () => {
  describeQueue(async () => {
    const { url } = await freshDatabase(servers.state)
    return openQueue({ redisUrl: null, stateDatabaseUrl: new Secret(url), prefix: 'flytt', log })
  })

  test('says so when the database cannot be reached', async () => {
    const nowhere = new Secret('postgres://u:p@127.0.0.1:1/x')
    await expect(openQueue({ redisUrl: null, stateDatabaseUrl: nowhere, prefix: 'flytt', log })).rejects.toMatchObject({
      code: 'QUEUE_UNREACHABLE',
    })
  })
})

requireProgram('redis-server')('the queue on Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis({ directory: `${directory()}/redis` })
  })
  afterAll(async () => {
    await redis.stop()
  })
  const open = () =>
    openQueue({
      redisUrl: new Secret(redis.url),
      stateDatabaseUrl: new Secret('postgres://unused'),
      prefix: 'flytt',
      log,
    })
  describeQueue(open)

  test('takes jobs again after Redis lost everything', async () => {
    const queue = await open()
    let count = 0
    const worker = startPhaseWorker(queue.backend, optionsFor(queue, 1), () => {
      count += 1
      return Promise.resolve({ kind: 'wait', delayMs: 200 })
    })
    await queue.phaseQueue.enqueue(aMigration(7))
    await pollUntil(() => count >= 2, { describe: 'ticking' })
    await redis.flushAll()
    const before = count
    await pollUntil(
      async () => {
        await queue.phaseQueue.enqueue(aMigration(7))
        return count > before + 3
      },
      { describe: 'ticking again', everyMs: 200 },
    )
    await worker.close(2000)
    await queue.close()
  })

  test('refuses a Redis that may drop jobs', async () => {
    const evicting = await startRedis({
      directory: `${directory()}/evicting`,
      settings: { 'maxmemory-policy': 'allkeys-lru' },
    })
    try {
      await expect(
        openQueue({
          redisUrl: new Secret(evicting.url),
          stateDatabaseUrl: new Secret('postgres://unused'),
          prefix: 'flytt',
          log,
        }),
      ).rejects.toMatchObject({ code: 'QUEUE_UNSAFE' })
    } finally {
      await evicting.stop()
    }
  })

  test('says so within seconds when Redis cannot be reached', async () => {
    const begun = Date.now()
    const opening = openQueue({
      redisUrl: new Secret('redis://127.0.0.1:1'),
      stateDatabaseUrl: new Secret('postgres://unused'),
      prefix: 'flytt',
      log,
    })
    await expect(opening).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' })
    expect(Date.now() - begun).toBeLessThan(10_000)
  })
})
