import { afterEach, describe, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from '../../sandbox/servers/free-port.ts'
import { pollUntil, useDirectory } from '../support/servers.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const READY_MS = 90_000
const END_MS = 10_000

interface Verb {
  readonly child: ChildProcess
  readonly port: number
  stdout(): string
  stderr(): string
  /** The exit code; waits for it. */
  readonly ended: Promise<number | null>
}

// The look for what is left needs /proc.
;(existsSync('/proc/self/environ') ? describe : describe.skip)('npm run sandbox', () => {
  const directory = useDirectory()
  const started: Verb[] = []
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGTERM')
      await ended
    }
  })

  /** Runs the script of package.json as npm does, without npm's own lines on stdout. */
  async function run(script: string, name: string): Promise<Verb> {
    const port = await findFreePort()
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: ROOT,
      env: { ...process.env, SANDBOX_PORT: String(port), SANDBOX_DIR: join(directory(), name), SANDBOX_ROWS: '5000' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text
      })
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve)
    })
    const verb = { child, port, stdout: () => said.stdout, stderr: () => said.stderr, ended }
    started.push(verb)
    return verb
  }

  async function waitUntilReady(verb: Verb): Promise<void> {
    await pollUntil(
      () => {
        if (verb.child.exitCode !== null) throw new Error(verb.stderr())
        return verb.stdout().includes('Sandbox ready')
      },
      { describe: 'the sandbox is ready', deadlineMs: READY_MS, everyMs: 50 },
    )
  }

  async function expectToEnd(verb: Verb, name: string, signal: NodeJS.Signals): Promise<void> {
    const begun = performance.now()
    verb.child.kill(signal)
    await verb.ended
    expect(performance.now() - begun).toBeLessThan(END_MS)
    await pollUntil(() => listProcesses(join(directory(), name), verb.port).length === 0, {
      describe: 'no process is left',
      deadlineMs: Math.max(1, END_MS - (performance.now() - begun)),
    })
  }

  test('says in one line where it is ready, twice side by side, and each ends without a trace', async () => {
    const first = await run('sandbox', 'first')
    const second = await run('sandbox', 'second')
    await waitUntilReady(first)
    await waitUntilReady(second)
    expect(first.stdout()).toBe(`Sandbox ready: http://127.0.0.1:${String(first.port)}\n`)
    expect(second.stdout()).toBe(`Sandbox ready: http://127.0.0.1:${String(second.port)}\n`)
    for (const { port } of [first, second]) {
      const state = (await (await fetch(`http://127.0.0.1:${String(port)}/sandbox/state`)).json()) as { ready: boolean }
      expect(state.ready).toBe(true)
    }
    expect(listProcesses(join(directory(), 'second'), second.port).length).toBeGreaterThan(3)
    await expectToEnd(first, 'first', 'SIGINT')
    expect(second.child.exitCode).toBeNull()
    await expectToEnd(second, 'second', 'SIGTERM')
  }, 180_000)

  test.each([['Starting PostgreSQL'], ['Filling the database'], ['Starting Flytt']])(
    'ends at once when it is told to while it says "%s"',
    async (step) => {
      const name = step.replaceAll(' ', '-')
      const verb = await run('sandbox', name)
      await pollUntil(() => verb.stderr().includes(step), { describe: step, deadlineMs: READY_MS })
      await expectToEnd(verb, name, 'SIGTERM')
      expect(verb.stdout()).toBe('')
      expect(verb.stderr()).not.toMatch(/Error|could not start/)
    },
    120_000,
  )

  test('the workspace alone says where it is ready and how an app connects', async () => {
    const verb = await run('sandbox:slack', 'alone')
    await waitUntilReady(verb)
    expect(verb.stdout()).toContain('SLACK_API_URL=')
    expect((await fetch(`http://127.0.0.1:${String(verb.port)}/`)).status).toBe(200)
    await expectToEnd(verb, 'alone', 'SIGTERM')
  }, 60_000)
})

/** Processes that have the folder on their command line or in their environment, or the port in the latter. */
function listProcesses(directory: string, port: number): readonly string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false
    try {
      const words = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${entry}/${file}`, 'utf8')).join('\0')
      return words.includes(directory) || words.includes(`SANDBOX_PORT=${String(port)}\0`)
    } catch {
      return false
    }
  })
}
