import { randomBytes } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Creates an id in Slack's style: a prefix and ten capital letters or digits. */
export function createId(prefix: string, length = 10): string {
  return prefix + Array.from(randomBytes(length), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('')
}

/** Creates a secret part for tokens, tickets and one-time addresses. */
export function createSecret(): string {
  return randomBytes(18).toString('hex')
}

/** Gives message timestamps that only ever grow, as Slack's do within a workspace. */
export class TsClock {
  #lastMicroseconds = 0

  /** Gives the next `ts`, such as `1700000000.000100`. */
  next(): string {
    this.#lastMicroseconds = Math.max(Date.now() * 1000, this.#lastMicroseconds + 100)
    return formatTs(this.#lastMicroseconds)
  }
}

/** Writes microseconds since 1970 as a Slack `ts`. */
export function formatTs(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000)
  return `${String(seconds)}.${String(microseconds % 1_000_000).padStart(6, '0')}`
}

/** Gives the current time as an `event_ts` or `action_ts`. */
export function nowTs(): string {
  return formatTs(Date.now() * 1000)
}
