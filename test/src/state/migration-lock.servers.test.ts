import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Secret } from '../../../src/secret.ts'
import { tryLock } from '../../../src/state/migration-lock.ts'
import { freshDatabase, query } from '../../support/database.ts'
import { pollUntil, useServers } from '../../support/servers.ts'

const servers = useServers({ state: 18 })
const holder = fileURLToPath(new URL('../../support/lock-holder.ts', import.meta.url))

let url: Secret
beforeAll(async () => {
  url = new Secret((await freshDatabase(servers.state)).url)
})

let child: ChildProcess | null = null
afterEach(() => {
  child?.kill('SIGKILL')
  child = null
})

/** Starts a process that holds a lock. @returns the process and what it said so far */
async function holdElsewhere(what: string): Promise<{ readonly process: ChildProcess; readonly said: () => string }> {
  let output = ''
  const started = spawn(process.execPath, ['--import', 'tsx', holder, url.reveal(), what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = started
  started.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await pollUntil(() => output.includes('held'), { describe: 'the other process holds the lock' })
  return { process: started, said: () => output }
}

describe('the lock of a migration', () => {
  test('is held by one session only, and is free at once when that session ends', async () => {
    const what = 'migration locked-1'
    const first = await tryLock(url, what)
    expect(await tryLock(url, what)).toBeNull()
    await query(url.reveal(), 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `flytt lock ${what}`,
    ])
    const second = await pollUntil(() => tryLock(url, what), { describe: 'the lock is free again' })
    expect(first?.lost.aborted).toBe(true)
    await second.release()
  })

  test('another migration has a lock of its own', async () => {
    const [one, other] = await Promise.all([tryLock(url, 'migration a-1'), tryLock(url, 'migration b-1')])
    expect([one === null, other === null]).toEqual([false, false])
    await one?.release()
    await other?.release()
  })

  test('is free at once when its process is killed', async () => {
    const { process: other } = await holdElsewhere('migration killed-1')
    other.kill('SIGKILL')
    const lock = await pollUntil(() => tryLock(url, 'migration killed-1'), {
      describe: 'the lock is free',
      deadlineMs: 2000,
    })
    await lock.release()
  })

  test('is kept for longer than a silence may last, by a process that does nothing else', async () => {
    const what = 'migration long-1'
    const lock = await tryLock(url, what)
    const silenceIsOver = Date.now() + 10_000
    await pollUntil(() => Date.now() > silenceIsOver, { describe: 'ten seconds pass', deadlineMs: 15_000 })
    expect(lock?.lost.aborted).toBe(false)
    expect(await tryLock(url, what)).toBeNull()
    await lock?.release()
  })

  test('is free within ten seconds when its process sleeps, which learns of it when it wakes up', async () => {
    const what = 'migration asleep-1'
    const { process: other, said } = await holdElsewhere(what)
    other.kill('SIGSTOP')
    expect(await tryLock(url, what)).toBeNull()
    const lock = await pollUntil(() => tryLock(url, what), {
      describe: 'the lock of the sleeping process is free',
      deadlineMs: 12_000,
      everyMs: 200,
    })
    other.kill('SIGCONT')
    await pollUntil(() => said().includes('lost'), { describe: 'it knows that it lost the lock' })
    await lock.release()
  })
})
