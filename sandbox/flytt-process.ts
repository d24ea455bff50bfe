import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const endWithParent = fileURLToPath(new URL('end-with-parent.mjs', import.meta.url))

/** How long an orderly end may take. */
const STOP_DEADLINE_MS = 12_000

/** One of Flytt's processes, as a child of the sandbox. */
export interface FlyttProcess {
  readonly entry: 'main' | 'bot' | 'worker'
  readonly pid: number
  readonly logFile: string
  /** The exit code, or null while it runs or when a signal ended it. */
  exitCode(): number | null
  isRunning(): boolean
  /** SIGTERM, and SIGKILL when that does not help. @returns how long it took, in ms */
  stop(): Promise<number>
  /** SIGKILL at once. */
  kill(): Promise<void>
}

/**
 * Starts one of Flytt's entry points with nothing of this process's environment but what Node needs.
 *
 * @param logFile - both its outputs are added there
 */
export function startFlyttProcess(
  entry: FlyttProcess['entry'],
  environment: Readonly<Record<string, string>>,
  logFile: string,
): FlyttProcess {
  const log = createWriteStream(logFile, { flags: 'a' })
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', endWithParent, `src/${entry}.ts`], {
    cwd: root,
    // The pipe on stdin tells the child when this process is gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...environment },
  })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
  return {
    entry,
    pid: child.pid ?? 0,
    logFile,
    exitCode: () => child.exitCode,
    isRunning: () => isRunning(child),
    async stop() {
      const begun = performance.now()
      if (isRunning(child)) child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
      await exited
      clearTimeout(timer)
      log.end()
      return performance.now() - begun
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
      log.end()
    },
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
