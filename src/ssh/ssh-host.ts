import { NodeSSH } from 'node-ssh'
import { FlyttError } from '../errors.ts'
import type { HostSettings } from '../inventory.ts'
import type { CommandResult, Host } from './host.ts'
import { hostKeyFingerprint, isSameFingerprint } from './host-key.ts'
import { quoteCommand } from './shell-quote.ts'

/** Shorter ones fail on a busy host; longer ones hold an audit up. */
const CONNECT_TIMEOUT_MS = 10_000
/** Three unanswered ones end the connection, so that a silent network cut is noticed within 20 s. */
const KEEPALIVE_INTERVAL_MS = 5_000
const KEEPALIVE_COUNT = 3
const COMMAND_TIMEOUT_MS = 10_000

type Ssh2Client = NonNullable<NodeSSH['connection']>

/** One connection, until it is lost; the host makes another one then. */
interface Connection {
  readonly ssh: NodeSSH
  /** Why it ended; null while it is good. */
  lostBecause(): string | null
  /** Calls back once when it ends, at once when it has; gives what takes the callback back. */
  onLost(callback: () => void): () => void
}

/**
 * Describes a server's machine; nothing is opened until the first command, and a lost connection is made again by the next.
 *
 * @param side - which server's machine it is; named in every error
 * @param settings - its address, login and pinned host key
 */
export function sshHostAt(side: 'source' | 'target', settings: HostSettings): Host {
  const address = `${settings.address}:${settings.port}`
  let connecting: Promise<Connection> | null = null

  const connection = (): Promise<Connection> => {
    if (connecting !== null) return connecting
    const fresh = connect(side, address, settings)
    const forget = () => {
      if (connecting === fresh) connecting = null
    }
    connecting = fresh
    fresh.then((made) => made.onLost(forget), forget)
    return fresh
  }
  return {
    address,
    async run(argv, options = {}) {
      options.signal?.throwIfAborted()
      return runCommand({ side, address }, await connection(), argv, options)
    },
    async end() {
      const held = await connecting?.catch(() => null)
      connecting = null
      held?.ssh.dispose()
    },
  }
}

async function connect(side: string, address: string, settings: HostSettings): Promise<Connection> {
  const ssh = new NodeSSH()
  let found: string | null = null
  try {
    await ssh.connect({
      host: settings.address,
      port: settings.port,
      username: settings.user,
      privateKey: settings.privateKey.reveal(),
      readyTimeout: CONNECT_TIMEOUT_MS,
      keepaliveInterval: KEEPALIVE_INTERVAL_MS,
      keepaliveCountMax: KEEPALIVE_COUNT,
      // ssh2 refuses only on a plain `false`: a promise, null or 0 would accept every key.
      hostVerifier: (key: Buffer): boolean => {
        found = hostKeyFingerprint(key)
        return isSameFingerprint(found, settings.hostKey)
      },
    })
  } catch (error) {
    ssh.dispose()
    throw connectError({ side, address }, settings, found, error)
  }
  return watch(ssh, ssh.connection)
}

/** node-ssh takes its error listener away once connected; without one, a connection that breaks ends the process. */
function watch(ssh: NodeSSH, client: Ssh2Client | null): Connection {
  let lost: string | null = client === null ? 'the connection closed at once' : null
  const callbacks = new Set<() => void>()
  const lose = (reason: string) => {
    lost ??= reason
    for (const callback of [...callbacks]) callback()
    callbacks.clear()
  }
  client?.on('error', (error) => {
    lose(error.message)
  })
  client?.on('close', () => {
    lose('the connection was closed')
  })
  return {
    ssh,
    lostBecause: () => lost,
    onLost(callback) {
      if (lost === null) callbacks.add(callback)
      else callback()
      return () => callbacks.delete(callback)
    },
  }
}

interface Place {
  readonly side: string
  readonly address: string
}

function connectError(place: Place, settings: HostSettings, found: string | null, error: unknown): FlyttError {
  const reason = error instanceof Error ? error.message : String(error)
  if (found !== null && !isSameFingerprint(found, settings.hostKey)) {
    return new FlyttError('HOST_KEY_MISMATCH', {
      context: { ...place, expected: settings.hostKey, found },
      cause: error,
    })
  }
  // A key that cannot be read is found before anything is sent: then no host key was seen and no socket failed.
  const isKeyUnreadable = found === null && /private ?key/i.test(reason)
  if (isKeyUnreadable || (error as { level?: unknown }).level === 'client-authentication') {
    return new FlyttError('HOST_LOGIN_REFUSED', { context: { ...place, user: settings.user, reason }, cause: error })
  }
  return new FlyttError('HOST_UNREACHABLE', { context: { ...place, reason }, cause: error })
}

interface RunOptions {
  readonly stdin?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

type Ending = 'timeout' | 'abort' | 'lost'
interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** node-ssh never settles when a keepalive ran out, so the deadline and the loss are watched here. */
async function runCommand(
  place: Place,
  connection: Connection,
  argv: readonly string[],
  options: RunOptions,
): Promise<CommandResult> {
  const { stdin, signal, timeoutMs = COMMAND_TIMEOUT_MS } = options
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let stop: () => void = () => undefined
  const undoes: (() => void)[] = []
  const ending = new Promise<Ending>((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, 'timeout')
    const onAbort = () => {
      resolve('abort')
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const forget = connection.onLost(() => {
      resolve('lost')
    })
    undoes.push(
      () => {
        clearTimeout(timer)
      },
      () => signal?.removeEventListener('abort', onAbort),
      forget,
    )
  })
  // Chunks are kept as bytes: a character may be cut in two.
  const exit: Promise<Exit | Error> = connection.ssh
    .execCommand(quoteCommand(argv), {
      noTrim: true,
      ...(stdin === undefined ? {} : { stdin }),
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
      onChannel: (channel) => {
        // The command may end before it has read all of its input.
        channel.on('error', () => undefined)
        stop = () => {
          channel.signal('TERM')
          channel.close()
        }
      },
    })
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  try {
    const outcome = await Promise.race([exit, ending])
    if (outcome === 'lost') throw unreachable(place, connection.lostBecause())
    if (outcome === 'timeout' || outcome === 'abort') {
      stop()
      signal?.throwIfAborted()
      throw new FlyttError('HOST_COMMAND_TIMED_OUT', { context: { ...place, command: argv[0] ?? '', timeoutMs } })
    }
    if (outcome instanceof Error) throw unreachable(place, outcome.message, outcome)
    // A broken connection also looks like an end without code: nothing is known of the command then.
    if (outcome.code === null && outcome.signal === null) {
      throw unreachable(place, connection.lostBecause() ?? 'the host did not say how the command ended')
    }
    return { exitCode: outcome.code, stdout: text(stdout), stderr: text(stderr) }
  } finally {
    for (const undo of undoes) undo()
  }
}

function unreachable(place: Place, reason: string | null, cause?: unknown): FlyttError {
  return new FlyttError('HOST_UNREACHABLE', {
    context: { ...place, reason: reason ?? 'the connection was lost' },
    cause,
  })
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
