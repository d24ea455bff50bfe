import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import type { RedisServer } from '../../../sandbox/servers/redis.ts'
import { startRedis } from '../../../sandbox/servers/redis.ts'
import { isAlive } from '../../../sandbox/servers/server-process.ts'
import { requireProgram, useDirectory } from '../../support/servers.ts'

const suite = requireProgram('redis-server')

suite('a Redis server', () => {
  const directory = useDirectory()
  let server: RedisServer | null = null
  let client: Redis | null = null
  afterEach(async () => {
    client?.disconnect()
    await server?.stop()
    client = server = null
  })
  const start = async (name: string): Promise<{ started: RedisServer; redis: Redis }> => {
    server = await startRedis({ directory: join(directory(), name) })
    client = new Redis(server.url)
    return { started: server, redis: client }
  }

  test('keeps what it was told through SIGKILL and evicts nothing', async () => {
    const first = await start('kept')
    await first.redis.set('key', 'value')
    await first.redis.config('SET', 'appendfsync', 'always')
    await first.redis.set('another', 'value')
    first.redis.disconnect()
    await first.started.kill()
    const { redis } = await start('kept')
    expect(await redis.get('another')).toBe('value')
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
  })

  test('forgets everything on flushAll', async () => {
    const { started, redis } = await start('flushed')
    await redis.set('key', 'value')
    await started.flushAll()
    expect(await redis.get('key')).toBeNull()
  })

  test('is gone after stop', async () => {
    const { started, redis } = await start('stopped')
    redis.disconnect()
    await started.stop()
    expect(isAlive(started.pid)).toBe(false)
  })
})
