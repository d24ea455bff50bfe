import { startSandbox } from './sandbox.ts'

const {
  SANDBOX_PORT = '7070',
  SANDBOX_DIR = '.sandbox',
  SANDBOX_ROWS = '300000',
  SANDBOX_SEED,
  REDIS = '',
} = process.env

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    ending.abort()
  })
}

try {
  const sandbox = await startSandbox({
    directory: SANDBOX_DIR,
    port: Number(SANDBOX_PORT),
    rows: Number(SANDBOX_ROWS),
    redis: REDIS !== '',
    ...(SANDBOX_SEED === undefined ? {} : { seed: Number(SANDBOX_SEED) }),
    say: (line) => process.stderr.write(`${line}\n`),
  })
  process.stderr.write(`Logs: ${sandbox.directory}\n`)
  if (!ending.signal.aborted) process.stdout.write(`Sandbox ready: ${sandbox.workspace.url}\n`)
  // The servers' child processes keep this one alive; the timer is for the case that all of them are gone.
  const alive = setInterval(() => undefined, 60_000)
  await new Promise<void>((resolve) => {
    if (ending.signal.aborted) resolve()
    ending.signal.addEventListener('abort', () => {
      resolve()
    })
  })
  clearInterval(alive)
  await sandbox.stop()
  process.exit(0)
} catch (error) {
  process.stderr.write(`The sandbox could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
