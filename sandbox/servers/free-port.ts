import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (32768 on Linux, 49152 on macOS): a client that keeps
 * retrying a closed port of that range can connect to itself, and then the server cannot come back to its port.
 */
const LOWEST = 15_000
const HIGHEST = 32_000

const given = new Set<number>()

/** Finds a TCP port of 127.0.0.1 that nothing listens on and that this process has not given out before. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(LOWEST, HIGHEST)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error(`No free port between ${String(LOWEST)} and ${String(HIGHEST)}.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => {
      resolve(false)
    })
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true)
      })
    })
  })
}
