import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { ConnectionSource, ConnectionTarget } from './connection-source.ts'

/** One connection of the application that is made anew whenever it broke or the target changed. */
export interface Session {
  /** Runs `use` on an open connection; a connection that broke meanwhile is dropped. */
  use<Answer>(use: (client: pg.Client) => Promise<Answer>, signal: AbortSignal): Promise<Answer>
  close(): void
}

/** Longer than PgBouncer holds a client back (query_wait_timeout, 120 s by default). */
const QUERY_TIMEOUT_MS = 150_000
const CONNECT_TIMEOUT_MS = 10_000

/** Makes a session that connects on its first use. */
export function openSession(source: ConnectionSource, login: { user: string; password: string }): Session {
  let open: { client: pg.Client; socket: Socket; target: ConnectionTarget } | null = null
  let isBusy = false
  const drop = (): void => {
    // No goodbye: a server that hangs would not take it.
    open?.socket.destroy()
    open = null
  }
  // Whoever pauses the file waits for the application's sessions to be gone.
  source.onChange(() => {
    if (open && !isBusy && !source.isOpenFor(open.target)) drop()
  })
  const connect = async (signal: AbortSignal): Promise<pg.Client> => {
    if (open && !source.isOpenFor(open.target)) drop()
    if (open) return open.client
    const target = await source.whenOpen(signal)
    const socket = new Socket()
    const client = new pg.Client({
      ...target,
      ...login,
      stream: () => socket,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    })
    client.on('error', () => {
      if (open?.client === client) drop()
    })
    try {
      await client.connect()
    } catch (error) {
      socket.destroy()
      throw error
    }
    open = { client, socket, target }
    return client
  }
  return {
    use: async (use, signal) => {
      isBusy = true
      const abort = (): void => {
        drop()
      }
      signal.addEventListener('abort', abort, { once: true })
      try {
        return await use(await connect(signal))
      } catch (error) {
        if (isInterruption(error)) drop()
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
        isBusy = false
        if (open && !source.isOpenFor(open.target)) drop()
      }
    },
    close: drop,
  }
}

/** Ended by an administrator, by a crash, or not up yet. */
const ENDED_STATES = new Set(['57P01', '57P02', '57P03'])
/** Full, and closed to new sessions. As an error of a statement 55000 means something else. */
const REFUSED_STATES = new Set(['53300', '55000'])

/**
 * Tells whether an error means that the connection was closed or refused, so that the write may be tried again.
 *
 * An error that the server gives to the statement itself is none.
 */
export function isInterruption(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    return ENDED_STATES.has(code) || code.startsWith('08') || (error.severity === 'FATAL' && REFUSED_STATES.has(code))
  }
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== undefined) return /^E[A-Z]+$|^ERR_STREAM_/.test(code)
  return /^Connection terminated|^Query read timeout|timeout expired|not queryable/i.test(message)
}

/** Waits a moment before the next try, longer after each, 200 ms at most. */
export async function waitBeforeTry(attempt: number, signal: AbortSignal): Promise<void> {
  await delay(Math.min(10 * 2 ** attempt, 200), undefined, { signal })
}
