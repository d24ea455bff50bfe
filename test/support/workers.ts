import { readFileSync, readdirSync } from 'node:fs'
import { expect } from '@jest/globals'
import type { FlyttProcess } from '../../sandbox/flytt-process.ts'
import type { SandboxShop } from '../../sandbox/sandbox.ts'
import { query } from './database.ts'
import type { Scenario } from './scenario.ts'
import { pollUntil } from './servers.ts'

/** The workers that run. */
export function runningWorkers({ sandbox }: Scenario): readonly FlyttProcess[] {
  return sandbox.processes.filter((each) => each.entry === 'worker' && each.isRunning())
}

/** The only worker that runs. */
export function theWorker(scenario: Scenario): FlyttProcess {
  const [worker, second] = runningWorkers(scenario)
  if (worker === undefined || second !== undefined) throw new Error('There is not exactly one worker.')
  return worker
}

/** SIGKILL to the only worker, at once. */
export async function killWorker(scenario: Scenario): Promise<void> {
  await theWorker(scenario).kill()
}

/** Which of several workers has a phase of a migration at work, by the log. */
export async function workerAt(scenario: Scenario, phase: string, migrationId: string): Promise<FlyttProcess> {
  const workers = runningWorkers(scenario)
  const [first] = workers
  if (first === undefined) throw new Error('No worker runs.')
  return pollUntil(
    () => {
      const begins = readLog(first.logFile).filter(
        (line) => line['msg'] === 'phase begins' && line['phase'] === phase && line['migrationId'] === migrationId,
      )
      return workers.find(({ pid }) => pid === begins.at(-1)?.['pid'])
    },
    { describe: `the log says which worker has ${phase}` },
  )
}

function readLog(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** Proves that the application writes at the source as before: no fence, no pause, and writes arrive. */
export async function expectOpenSource({ sandbox }: Scenario, shop: SandboxShop, deadlineMs = 10_000): Promise<void> {
  const before = shop.application?.state().acknowledged ?? 0
  await pollUntil(() => (shop.application?.state().acknowledged ?? 0) >= before + 10, {
    describe: `the application of ${shop.name} writes`,
    deadlineMs,
  })
  expect(shop.application?.state()).toMatchObject({ failed: 0, serverPort: sandbox.source.port })
  const [database] = await query(
    shop.sourceUrl,
    `SELECT datconnlimit, (SELECT setconfig::text FROM pg_db_role_setting
        WHERE setdatabase = d.oid AND setrole = 0 AND setconfig::text LIKE '%read_only%') AS read_only
       FROM pg_database AS d WHERE datname = current_database()`,
  )
  expect(database).toEqual({ datconnlimit: -1, read_only: null })
  expect(await isPaused(shop)).toBe(false)
}

/** Whether the shop's switch holds the application back. */
export async function isPaused(shop: SandboxShop): Promise<boolean> {
  if (shop.pgbouncer !== null) {
    const rows = await query<{ name: string; paused: string }>(shop.pgbouncer.adminUrl, 'SHOW DATABASES')
    return Number(rows.find(({ name }) => name === shop.name)?.paused) !== 0
  }
  return (JSON.parse(readFileSync(shop.connectionFile, 'utf8')) as { state: string }).state === 'paused'
}

/** Waits until the thread says that an interrupted cutover was called off. @returns how often it has said so */
export async function countReopenings({ sandbox }: Scenario, migrationId: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    sandbox.stateUrl,
    `SELECT count(*)::int FROM flytt.message WHERE migration_id = $1 AND key LIKE 'cutover-reopened-%'
        AND posted_digest = wanted_digest`,
    [migrationId],
  )
  return row?.count ?? 0
}

/** Every living process that descends from `pid`. Linux; elsewhere none is found. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of safely(() => readdirSync('/proc'), [])) {
    if (!/^\d+$/.test(name)) continue
    // The second field is the command in parentheses and may hold anything.
    const fields = safely(() => readFileSync(`/proc/${name}/stat`, 'utf8'), '')
      .replace(/^.*\) /s, '')
      .split(' ')
    if (fields[1] !== undefined && fields[0] !== 'Z') parents.set(Number(name), Number(fields[1]))
  }
  const found: number[] = []
  const queue = [pid]
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const [child, parent] of parents) {
      if (parent !== next) continue
      found.push(child)
      queue.push(child)
    }
  return found
}

/** Whether a process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  return safely(() => readFileSync(`/proc/${String(pid)}/stat`, 'utf8'), ') Z').replace(/^.*\) /s, '')[0] !== 'Z'
}

/** A process may go while it is looked at. */
function safely<Answer>(read: () => Answer, otherwise: Answer): Answer {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** Prints how long it takes from now until the application's next writes are acknowledged. @throws after 30 s */
export async function measureUntilWrites({ name, application }: SandboxShop, what: string): Promise<void> {
  const begun = performance.now()
  const before = application?.state().acknowledged ?? 0
  // One may have been on its way; several were not.
  await pollUntil(() => (application?.state().acknowledged ?? 0) > before + 3, {
    describe: `writes of ${name} go on: ${what}`,
    deadlineMs: 30_000,
  })
  process.stderr.write(
    `MEASURED ${name}: writes go on after ${String(Math.round(performance.now() - begun))} ms: ${what}\n`,
  )
}
