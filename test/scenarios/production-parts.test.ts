import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { query } from '../support/database.ts'
import { hashTables, expectMoved, readSequenceValues } from '../support/moved.ts'
import { dumpRedis } from '../support/redis-dump.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { requireProgram } from '../support/servers.ts'

/** A person notices a pause of a second or so, and a client that waits does not give up before three. */
const LONGEST_STALL_MS = 3000

const describe = requireProgram('redis-server', 'sshd', 'pgbouncer')

describe('a whole migration on redis-server, sshd and PgBouncer, under load', () => {
  const scenario = useScenario({
    flytt: 'apart',
    redis: true,
    hosts: 'openssh',
    switchKind: 'pgbouncer',
    writesPerSecond: 60,
  })
  let busyKeys: Readonly<Record<string, string>> = {}

  test(
    'loses nothing, and the application waits instead of failing',
    async () => {
      const { type, approvalMessage, approve, waitUntilFinished, sandbox, shop } = scenario()
      expect(await type('start shop')).toContain('/migrate status shop')
      await approvalMessage()
      busyKeys = await dumpRedis(sandbox.redis?.url ?? '')
      shop.application?.resetMeasures()
      await approve()
      await waitUntilFinished()
      await expectMoved(scenario())

      const longestStallMs = Math.round(shop.application?.state().longestStallMs ?? Number.NaN)
      process.stderr.write(`Longest stall of the application behind PgBouncer: ${String(longestStallMs)} ms\n`)
      expect(longestStallMs).toBeLessThan(LONGEST_STALL_MS)

      await shop.application?.pause()
      const source = await readSequenceValues(shop.sourceUrl)
      const target = await readSequenceValues(shop.targetUrl)
      expect(Object.keys(target)).toEqual(Object.keys(source))
      expect(Object.keys(await hashTables(shop.targetUrl))).toEqual(Object.keys(await hashTables(shop.sourceUrl)))
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('PgBouncer points at the target and holds nobody back', async () => {
    const { sandbox, shop } = scenario()
    const [database] = (await askConsole(shop.pgbouncer?.adminUrl ?? '', 'SHOW DATABASES')).filter(
      ({ name }) => name === shop.name,
    )
    expect(database).toMatchObject({ host: '127.0.0.1', port: String(sandbox.target.port), database: shop.name })
    expect(database).toMatchObject({ paused: '0', disabled: '0' })
    // A restart of PgBouncer must not send the application back.
    const config = readFileSync(shop.pgbouncer?.configFile ?? '', 'utf8')
    expect(config).toMatch(new RegExp(`^${shop.name} = .*port=${String(sandbox.target.port)}\\b`, 'm'))
  })

  test('both hosts were asked through sshd', async () => {
    const { sandbox } = scenario()
    const { hosts } = sandbox
    for (const host of [hosts.source, hosts.target])
      expect(host.commands.map(({ command }) => command)).toContain('uname -s')
    const [audit] = await query<{ verdicts: readonly string[] }>(
      sandbox.stateUrl,
      `SELECT jsonb_path_query_array(value, '$.findings[*] ? (@.check == "host-access").verdict') AS verdicts
         FROM flytt.fact WHERE name = 'audit'`,
    )
    expect(audit?.verdicts).toEqual(['ok', 'ok'])
  })

  test('no password or token is in Redis', async () => {
    const { sandbox } = scenario()
    const keys = { ...busyKeys, ...(await dumpRedis(sandbox.redis?.url ?? '')) }
    // The queue was in Redis: its jobs of the migration are there to be read.
    expect(Object.values(keys).filter((text) => text.includes('migrationId')).length).toBeGreaterThan(0)
    const leaks = Object.entries(keys).filter(([, text]) => sandbox.secrets.some((secret) => text.includes(secret)))
    expect(leaks.map(([key]) => key)).toEqual([])
  })
})

/** PgBouncer's console speaks only the simple protocol, and says everything as text. */
async function askConsole(adminUrl: string, command: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const client = new pg.Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
    types: { getTypeParser: () => String },
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, string>>(command)).rows
  } finally {
    await client.end()
  }
}
