import { describe, expect, test } from '@jest/globals'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expectMoved, hashTables, readSequenceValues } from '../support/moved.ts'
import { query } from '../support/database.ts'
import { pollUntil } from '../support/servers.ts'
import { SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'

describe('a whole migration under load', () => {
  const scenario = useScenario({ flytt: 'together', writesPerSecond: 60 })

  test(
    'from `/migrate start shop` to the switched application loses nothing and leaves nothing',
    async () => {
      const { type, approve, waitUntilFinished, sandbox, shop, thread } = scenario()
      expect(await type('start shop')).toContain('/migrate status shop')
      await approve()
      await waitUntilFinished()
      await expectMoved(scenario())

      // Nothing writes any more: the target, less what the application wrote there since, must be the source.
      await shop.application?.pause()
      const [source, target] = await Promise.all([
        readSequenceValues(shop.sourceUrl),
        readSequenceValues(shop.targetUrl),
      ])
      expect(Object.keys(target)).toEqual(Object.keys(source))
      // Those the application uses went on from where they stood; the others stand exactly there.
      const magnitude = (value: string | undefined) => Math.abs(Number(value?.split(' ')[0]))
      const behind = Object.keys(source).filter((name) => magnitude(target[name]) < magnitude(source[name]))
      expect(behind).toEqual([])
      const messages = await pollUntil(
        async () => {
          const now = await thread()
          return now[0]?.text.includes('has moved') === true ? now : null
        },
        { describe: 'the root message says so' },
      )
      expect(messages.every(({ text }) => text !== '')).toBe(true)
      expect(sandbox.processes.every((each) => each.isRunning())).toBe(true)
    },
    SCENARIO_TIMEOUT_MS,
  )

  test('no password or token is in the queue, the state, the logs or Slack', async () => {
    const { sandbox } = scenario()
    const haystacks: [string, string][] = []
    for (const schema of ['flytt', 'bullmq']) {
      const tables = await query<{ name: string }>(
        sandbox.stateUrl,
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1`,
        [schema],
      )
      expect(tables.length).toBeGreaterThan(3)
      for (const { name } of tables) {
        const rows = await query<{ row: string }>(sandbox.stateUrl, `SELECT t::text AS row FROM ${name} AS t`)
        haystacks.push([name, rows.map(({ row }) => row).join('\n')])
      }
    }
    for (const file of readdirSync(sandbox.directory).filter((name) => name.endsWith('.log'))) {
      haystacks.push([file, readFileSync(join(sandbox.directory, file), 'utf8')])
    }
    const said = sandbox.workspace.calls({}).calls
    haystacks.push(['Slack calls', JSON.stringify(said)])
    expect(haystacks.map(([, text]) => text.length).reduce((sum, length) => sum + length, 0)).toBeGreaterThan(10_000)
    for (const [where, text] of haystacks) {
      for (const secret of sandbox.secrets)
        expect({ where, leaks: text.includes(secret) }).toEqual({ where, leaks: false })
    }
  })
})

describe('a whole migration that nobody disturbs', () => {
  const scenario = useScenario({ flytt: 'apart', writesPerSecond: 0 })

  test(
    'makes both sides equal: every table, and the next value of every sequence',
    async () => {
      const { type, approve, waitUntilFinished, shop } = scenario()
      const before = await hashTables(shop.sourceUrl)
      const sequences = await readSequenceValues(shop.sourceUrl)
      await type('start shop')
      await approve()
      await waitUntilFinished()
      expect(await hashTables(shop.targetUrl)).toEqual(before)
      expect(await hashTables(shop.sourceUrl)).toEqual(before)
      expect(await readSequenceValues(shop.targetUrl)).toEqual(sequences)
      for (const name of Object.keys(sequences)) {
        const next = `SELECT nextval('${name.replaceAll("'", "''")}') AS value`
        const [fromSource, fromTarget] = await Promise.allSettled([
          query(shop.sourceUrl, `BEGIN READ WRITE; ${next}`),
          query(shop.targetUrl, next),
        ])
        expect({ name, ...fromTarget, reason: undefined }).toEqual({ name, ...fromSource, reason: undefined })
      }
    },
    SCENARIO_TIMEOUT_MS,
  )
})
