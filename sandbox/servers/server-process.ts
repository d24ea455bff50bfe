import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { SystemUser } from './unprivileged-user.ts'

/** A server that runs as a child of this process and ends with it, however it ends. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves with a word on how it ended; never rejects. */
  readonly exited: Promise<string>
  hasExited(): boolean
  /** Sends the signals in turn, each `patienceMs` after the one before, and resolves when the process is gone. */
  stop(signals: readonly NodeJS.Signals[], patienceMs?: number): Promise<void>
  signal(signal: NodeJS.Signals): void
}

const PATIENCE_MS = 10_000

/**
 * Outlives this process by a moment: reads a pipe whose other end only this process holds, and when it closes without
 * the word `done`, ends the server. `kill -9` of this process closes it too.
 */
const WATCHDOG = `trap '' INT TERM HUP
read -r word
[ "$word" = done ] && exit 0
for signal in "$2" QUIT KILL; do
  kill -s "$signal" "$1" 2>/dev/null || exit 0
  tries=0
  while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
done`

/**
 * Starts a server program.
 *
 * @param options.logFile - gets what the program prints; appended to
 * @param options.stopSignal - what ends the program when this process is gone, without `SIG`
 * @throws when the program cannot be started
 */
export async function startServerProcess(options: {
  command: string
  args: readonly string[]
  cwd: string
  user: SystemUser | null
  logFile: string
  stopSignal: 'INT' | 'TERM'
  env?: Record<string, string>
}): Promise<ServerProcess> {
  const log = openSync(options.logFile, 'a', 0o644)
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...options.env },
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C is for this process, which then ends its servers in the right order.
    detached: true,
    ...(options.user && { uid: options.user.uid, gid: options.user.gid }),
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${options.command} has no process id.`)
  const watchdog = startWatchdog(pid, options.stopSignal)
  let ending: string | null = null
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = signal ?? `exit code ${String(code)}`
      watchdog.stdin?.end('done\n')
      resolve(ending)
    })
  })
  return {
    pid,
    exited,
    hasExited: () => ending !== null,
    signal: (signal) => {
      if (ending === null) child.kill(signal)
    },
    stop: async (signals, patienceMs = PATIENCE_MS) => {
      for (const signal of signals) {
        if (ending === null) child.kill(signal)
        if (await isSettledWithin(exited, patienceMs)) return
      }
      throw new Error(`Process ${String(pid)} (${options.command}) is still there after ${signals.join(', ')}.`)
    },
  }
}

function startWatchdog(pid: number, stopSignal: string): ChildProcess {
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'watchdog', String(pid), stopSignal], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // It is gone already when the write of `done` finds no reader; then there is nothing left to tell it.
  watchdog.stdin.on('error', () => undefined)
  watchdog.unref()
  return watchdog
}

async function isSettledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false)
  const settled = await Promise.race([promise.then(() => true), late])
  timer.abort()
  return settled
}

/**
 * Waits until a server takes connections on a port of 127.0.0.1.
 *
 * @throws with the end of its log when it ended or was not ready within `deadlineMs`; it is stopped then
 */
export async function waitForPort(
  server: ServerProcess,
  options: { port: number; logFile: string; deadlineMs?: number },
): Promise<void> {
  const { port, logFile, deadlineMs = 15_000 } = options
  const deadline = Date.now() + deadlineMs
  while (!(await takesConnections(port))) {
    if (server.hasExited()) throw new Error(`The server ended (${await server.exited}):\n${readTail(logFile)}`)
    if (Date.now() > deadline) {
      await server.stop(['SIGTERM', 'SIGKILL'])
      throw new Error(`Nothing listens on port ${String(port)} after ${String(deadlineMs)} ms:\n${readTail(logFile)}`)
    }
    await delay(20)
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}

/** Tells whether a process of any user exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Gives the last lines of a log, for an error that says why a server did not start. */
export function readTail(logFile: string, lines = 15): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
