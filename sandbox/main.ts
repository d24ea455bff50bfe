import { startSandbox } from './sandbox.ts'

const {
  SANDBOX_PORT = '7070',
  SANDBOX_DIR = '.sandbox',
  SANDBOX_ROWS = '300000',
  SANDBOX_SEED,
  REDIS = '',
} = process.env

/** What is not ended by then is ended by its own watchdog, which notices that this process is gone. */
const END_DEADLINE_MS = 9_000

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) return
    process.stderr.write('Ending …\n')
    ending.abort()
    setTimeout(() => process.exit(0), END_DEADLINE_MS).unref()
  })
}

try {
  const sandbox = await startSandbox({
    directory: SANDBOX_DIR,
    port: Number(SANDBOX_PORT),
    rows: Number(SANDBOX_ROWS),
    redis: REDIS !== '',
    ...(SANDBOX_SEED === undefined ? {} : { seed: Number(SANDBOX_SEED) }),
    signal: ending.signal,
    say: (line) => process.stderr.write(`${line}\n`),
  })
  process.stderr.write(`Logs: ${sandbox.directory}\n`)
  process.stdout.write(`Sandbox ready: ${sandbox.workspace.url}\n`)
  // The servers' child processes keep this one alive; the timer is for the case that all of them are gone.
  const alive = setInterval(() => undefined, 60_000)
  await new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => {
      resolve()
    })
  })
  clearInterval(alive)
  await sandbox.stop()
  process.exit(0)
} catch (error) {
  if (ending.signal.aborted) process.exit(0)
  process.stderr.write(`The sandbox could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
