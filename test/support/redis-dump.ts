import { Redis } from 'ioredis'

/**
 * Reads everything a Redis holds, whatever its type.
 *
 * @returns a text per key
 * @throws for a type it does not know: what is not read cannot be said to hold no secret
 */
export async function dumpRedis(url: string): Promise<Readonly<Record<string, string>>> {
  const client = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true })
  // Failed commands reject by themselves.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const texts: Record<string, string> = {}
    for (const key of await client.keys('*')) {
      const type = await client.type(key)
      // Deleted, or expired, since the keys were listed.
      if (type === 'none') continue
      texts[key] = JSON.stringify([key, await read(client, key, type)])
    }
    return texts
  } finally {
    client.disconnect()
  }
}

async function read(client: Redis, key: string, type: string): Promise<unknown> {
  switch (type) {
    case 'string':
      return client.get(key)
    case 'hash':
      return client.hgetall(key)
    case 'list':
      return client.lrange(key, 0, -1)
    case 'set':
      return client.smembers(key)
    case 'zset':
      return client.zrange(key, 0, '-1', 'WITHSCORES')
    case 'stream':
      return client.xrange(key, '-', '+')
    default:
      throw new Error(`The key ${key} has the type ${type}, which is not read.`)
  }
}
