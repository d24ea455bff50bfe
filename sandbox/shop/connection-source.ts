import type { FSWatcher } from 'node:fs'
import { readFileSync, watch } from 'node:fs'
import { EventEmitter, once } from 'node:events'
import { basename, dirname } from 'node:path'

/** Where the application sends its statements. */
export interface ConnectionTarget {
  readonly host: string
  readonly port: number
  readonly database: string
}

/** Tells the application where to connect, and when to hold back. */
export interface ConnectionSource {
  /** Gives the target; waits while it is paused. Rejects when `signal` is aborted. */
  whenOpen(signal: AbortSignal): Promise<ConnectionTarget>
  /** Tells whether statements may go to `target` now. */
  isOpenFor(target: ConnectionTarget): boolean
  /** Calls `listener` whenever the answer may have changed. */
  onChange(listener: () => void): void
  stop(): void
}

/** The same target always: PgBouncer moves and holds the statements. */
export function fixedSource(target: ConnectionTarget): ConnectionSource {
  return {
    whenOpen: () => Promise.resolve(target),
    isOpenFor: () => true,
    onChange: () => undefined,
    stop: () => undefined,
  }
}

const POLL_MS = 100

/**
 * Follows a file `{"host":…,"port":…,"database":…,"state":"open"|"paused"}`.
 *
 * A file that is missing, half written or of another shape leaves the last answer standing.
 *
 * @throws when the file cannot be read now
 */
export function watchConnectionFile(path: string): ConnectionSource {
  const changes = new EventEmitter().setMaxListeners(0)
  let text = readFileSync(path, 'utf8')
  let current = parseConnectionFile(text)
  const look = (): void => {
    let newer: string
    let parsed: typeof current
    try {
      newer = readFileSync(path, 'utf8')
      if (newer === text) return
      parsed = parseConnectionFile(newer)
    } catch {
      return // Whoever writes it is not done; the next look comes within POLL_MS.
    }
    text = newer
    current = parsed
    changes.emit('change')
  }
  const poll = setInterval(look, POLL_MS)
  const watcher = watchFolderOf(path, look)
  return {
    whenOpen: async (signal) => {
      while (current.isPaused) await once(changes, 'change', { signal })
      return current.target
    },
    isOpenFor: ({ host, port, database }) =>
      !current.isPaused &&
      current.target.host === host &&
      current.target.port === port &&
      current.target.database === database,
    onChange: (listener) => {
      changes.on('change', listener)
    },
    stop: () => {
      clearInterval(poll)
      watcher?.close()
      changes.removeAllListeners()
    },
  }
}

/** The folder, because a file that is replaced by renaming is another file. Polling does where watching is not possible. */
function watchFolderOf(path: string, look: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) look()
    })
    watcher.on('error', () => {
      watcher.close()
    })
    return watcher
  } catch {
    return null
  }
}

function parseConnectionFile(text: string): { target: ConnectionTarget; isPaused: boolean } {
  const { host, port, database, state } = JSON.parse(text) as Record<string, unknown>
  if (typeof host !== 'string' || typeof port !== 'number' || typeof database !== 'string') {
    throw new Error('A connection file has host, port and database.')
  }
  if (state !== 'open' && state !== 'paused') throw new Error('The state of a connection file is open or paused.')
  return { target: { host, port, database }, isPaused: state === 'paused' }
}
