import { setTimeout as delay } from 'node:timers/promises'
import {
  createPostgresBackend,
  Queue,
  runMigrations,
  Worker,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { FlyttError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Secret } from '../secret.ts'
import { PHASE_QUEUE_NAME, type PhaseJobData } from './phase-job.ts'

/** Where the queue lives: Redis in production, PostgreSQL where one machine is enough. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres'
  createQueue(): Queue<PhaseJobData>
  createWorker(
    processor: Processor<PhaseJobData>,
    options: Omit<WorkerOptions, 'connection' | 'prefix'>,
  ): Worker<PhaseJobData>
  /** Closes every connection; queues and workers are closed before. */
  close(): Promise<void>
}

/** How to reach the queue. */
export interface QueueSettings {
  /** Null for the PostgreSQL backend on the state database. */
  readonly redisUrl: Secret | null
  readonly stateDatabaseUrl: Secret
  readonly prefix: string
}

/**
 * Opens the queue's backend and makes sure it can be trusted with jobs.
 *
 * @throws {FlyttError} `QUEUE_UNREACHABLE`; `QUEUE_UNSAFE` when Redis may evict keys
 */
export async function openBackend(settings: QueueSettings, log: Logger): Promise<QueueBackend> {
  return settings.redisUrl === null
    ? openPostgresBackend(settings, log)
    : openRedisBackend(settings.redisUrl, settings.prefix, log)
}

async function openRedisBackend(url: Secret, prefix: string, log: Logger): Promise<QueueBackend> {
  const connections: Redis[] = []
  const connect = (options: { forWorker: boolean }) => {
    const redis = new Redis(url.reveal(), {
      // A worker waits for Redis for ever; a command from Slack must fail in time to answer the person.
      maxRetriesPerRequest: options.forWorker ? null : 1,
      enableOfflineQueue: options.forWorker,
      ...(options.forWorker ? {} : { commandTimeout: 1_500 }),
      connectTimeout: 3_000,
      lazyConnect: !options.forWorker,
    })
    redis.on('error', (error: Error) => {
      log.warn({ reason: error.message }, 'redis connection trouble')
    })
    connections.push(redis)
    return redis
  }
  const first = connect({ forWorker: false })
  try {
    await first.connect()
    await requireNoEviction(first)
  } catch (error) {
    for (const redis of connections) redis.disconnect()
    if (error instanceof FlyttError) throw error
    throw new FlyttError('QUEUE_UNREACHABLE', {
      context: { reason: error instanceof Error ? error.message : String(error) },
      cause: error,
    })
  }
  return {
    kind: 'redis',
    createQueue: () => new Queue<PhaseJobData>(PHASE_QUEUE_NAME, { connection: first, prefix, skipVersionCheck: true }),
    createWorker: (processor, options) =>
      new Worker<PhaseJobData>(PHASE_QUEUE_NAME, processor, {
        ...options,
        connection: connect({ forWorker: true }),
        prefix,
        skipVersionCheck: true,
      }),
    close() {
      for (const redis of connections) redis.disconnect()
      return Promise.resolve()
    },
  }
}

/** BullMQ only warns; jobs that Redis may drop under memory pressure are a migration that stands still in silence. */
async function requireNoEviction(redis: Redis): Promise<void> {
  const info = await redis.info('memory')
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'unknown'
  if (policy !== 'noeviction') throw new FlyttError('QUEUE_UNSAFE', { context: { policy } })
}

const CLOSE_DEADLINE_MS = 2_000

/** The only schema BullMQ takes for a pool it is given; queues of several Flytts differ by their names. */
const QUEUE_SCHEMA = 'bullmq'

async function openPostgresBackend(settings: QueueSettings, log: Logger): Promise<QueueBackend> {
  // BullMQ finds its tables by search_path, and keeps a connection of the pool for LISTEN per queue and worker.
  const pool = new pg.Pool({
    connectionString: settings.stateDatabaseUrl.reveal(),
    application_name: 'flytt queue',
    max: 10,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: `-c search_path=${QUEUE_SCHEMA}`,
  })
  pool.on('error', (error) => {
    log.warn({ reason: error.message }, 'queue connection lost')
  })
  try {
    const client = await pool.connect()
    try {
      await runMigrations(client, QUEUE_SCHEMA)
    } finally {
      client.release(true)
    }
  } catch (error) {
    await pool.end()
    throw new FlyttError('QUEUE_UNREACHABLE', {
      context: { reason: error instanceof Error ? error.message : String(error) },
      cause: error,
    })
  }
  const queueName = `${settings.prefix}-${PHASE_QUEUE_NAME}`
  const connection = pool as unknown as QueueOptions['connection']
  return {
    kind: 'postgres',
    createQueue: () => new Queue(queueName, { connection }, createPostgresBackend as never),
    createWorker: (processor, options) =>
      new Worker(queueName, processor as never, { ...options, connection }, createPostgresBackend as never),
    async close() {
      // A client that a job still uses would hold the end of the pool up for ever.
      await Promise.race([pool.end(), delay(CLOSE_DEADLINE_MS, undefined, { ref: false })])
    },
  }
}
