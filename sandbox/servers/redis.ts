import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findFreePort } from './free-port.ts'
import { findProgram } from './find-program.ts'
import { startServerProcess, waitForPort } from './server-process.ts'

/** Gives the path of redis-server; null when it is not installed. */
export function findRedis(): string | null {
  return findProgram('redis-server')
}

export interface RedisServer {
  readonly port: number
  readonly pid: number
  readonly url: string
  /** Deletes every key, as a Redis that was lost looks like. */
  flushAll(): Promise<void>
  stop(): Promise<void>
  /** Sends SIGKILL. */
  kill(): Promise<void>
}

/**
 * Starts redis-server as BullMQ wants it: append-only file on, nothing evicted.
 *
 * @param options.port - 0 or absent: a free one
 * @param options.settings - further ones, or others, by name
 * @throws when it is not installed or does not start
 */
export async function startRedis(options: {
  directory: string
  port?: number
  settings?: Readonly<Record<string, string>>
}): Promise<RedisServer> {
  const command = findRedis()
  if (command === null) throw new Error('redis-server is not installed.')
  mkdirSync(options.directory, { recursive: true })
  const port = options.port ? options.port : await findFreePort()
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: String(port),
    dir: options.directory,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    ...options.settings,
  }
  const logFile = join(options.directory, 'redis.log')
  const server = await startServerProcess({
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    cwd: options.directory,
    user: null,
    logFile,
    stopSignal: 'TERM',
  })
  await waitForPort(server, { port, logFile })
  const url = `redis://127.0.0.1:${String(port)}`
  return {
    port,
    pid: server.pid,
    url,
    flushAll: async () => {
      const client = new Redis(url, { maxRetriesPerRequest: 1 })
      try {
        await client.flushall()
      } finally {
        client.disconnect()
      }
    },
    stop: async () => {
      await server.stop(['SIGTERM', 'SIGKILL'])
    },
    kill: async () => {
      await server.stop(['SIGKILL'])
    },
  }
}
