import { beforeAll, describe, expect, test } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFlyttProcess } from '../../sandbox/flytt-process.ts'
import { findFreePort } from '../../sandbox/servers/free-port.ts'
import { readCatalogs } from '../support/catalogs.ts'
import { query } from '../support/database.ts'
import { changeInventory, startFlytt, type InventoryEntry } from '../support/flytt.ts'
import { findLeftovers, hashTables } from '../support/moved.ts'
import { CHANNEL, OPERATOR, SCENARIO_TIMEOUT_MS, useScenario } from '../support/scenario.ts'
import { pollUntil, useDirectory } from '../support/servers.ts'

const WRONG_PASSWORD = 'not-the-password-4711'
const OTHER_HOST_KEY = `SHA256:${'A'.repeat(43)}`

describe('what is typed wrong, or set up wrong', () => {
  const scenario = useScenario({ flytt: 'none', rows: 2000, writesPerSecond: 0, switchKind: 'file' })

  const serversNow = async () => {
    const { shop } = scenario()
    return { source: await readCatalogs(shop.sourceUrl), target: await readCatalogs(shop.targetUrl) }
  }
  const textOf = (message: { text: string; blocks: unknown[] }) => `${message.text}\n${JSON.stringify(message.blocks)}`

  /** Starts a migration that cannot be, sees that nothing is changed, and takes it back. @returns what the thread says */
  const startRefused = async (name: string, code: string): Promise<string> => {
    const { type, waitFor, thread } = scenario()
    const before = await serversNow()
    let said = ''
    expect(await type(`start ${name}`)).toContain(`/migrate status ${name}`)
    try {
      const { error, phase } = await waitFor(({ status }) => status === 'failed', `${name} is refused`, name)
      expect({ code: error?.code, phase }).toEqual({ code, phase: 'audit' })
      said = await pollUntil(
        async () => {
          // The root says it first; everything of the audit stands before the message that says it in the thread.
          const texts = (await thread(name)).slice(1).map(textOf)
          return texts.some((text) => text.includes(code) && text.includes('What to do')) ? texts.join('\n') : null
        },
        { describe: 'the thread says what happened and what to do' },
      )
      expect(said).toContain(`<@${OPERATOR}>`)
      expect(said).not.toContain(WRONG_PASSWORD)
      expect(await serversNow()).toEqual(before)
    } finally {
      // Whatever came of it, the next case needs the source.
      await type(`abort ${name}`)
      await waitFor(({ status }) => status === 'aborted', `${name} is taken back`, name)
    }
    expect(await serversNow()).toEqual(before)
    return said
  }

  let hashesBefore: Readonly<Record<string, string>> = {}

  beforeAll(async () => {
    const { sandbox, shop } = scenario()
    hashesBefore = await hashTables(shop.sourceUrl)
    const environment: Record<string, string> = { SANDBOX_WRONG_PASSWORD: WRONG_PASSWORD }
    const add = (name: string, url: string) => {
      environment[name] = url
      return `env:${name}`
    }
    const withPassword = (url: string, password: string) => Object.assign(new URL(url), { password }).href
    const withPort = (url: string, port: number) => Object.assign(new URL(url), { port: String(port) }).href
    const usedTarget = Object.assign(new URL(shop.targetUrl), { pathname: '/used' }).href
    await query(sandbox.target.url, 'CREATE DATABASE used TEMPLATE template0')
    await query(usedTarget, 'CREATE TABLE public.precious (id int PRIMARY KEY)')
    const closedPort = await findFreePort()

    changeInventory(sandbox, ({ migrations }) => {
      const { shop: entry } = migrations
      if (entry === undefined) throw new Error('The inventory has no shop.')
      const derive = (name: string, change: (copy: InventoryEntry) => void) => {
        const copy = structuredClone(entry)
        change(copy)
        migrations[name] = copy
      }
      derive('source-away', ({ source }) => {
        source.url = add('AWAY_SOURCE_URL', withPort(shop.sourceUrl, closedPort))
      })
      derive('target-away', ({ target }) => {
        target.url = add('AWAY_TARGET_URL', withPort(shop.targetUrl, closedPort))
      })
      derive('source-password', ({ source }) => {
        source.url = add('WRONG_SOURCE_URL', withPassword(shop.sourceUrl, WRONG_PASSWORD))
      })
      derive('source-database', ({ source }) => {
        source.url = add('OTHER_SOURCE_URL', Object.assign(new URL(shop.sourceUrl), { pathname: '/shopp' }).href)
      })
      derive('replication-password', ({ replication }) => {
        replication['password'] = 'env:SANDBOX_WRONG_PASSWORD'
      })
      derive('replication-address', ({ replication }) => {
        replication['sourceAddress'] = `127.0.0.1:${String(closedPort)}`
      })
      derive('application-password', ({ source }) => {
        const url = sandbox.source.urlFor({ user: 'shop_app', password: WRONG_PASSWORD, database: shop.name })
        Object.assign(source, { applicationUrl: add('WRONG_APPLICATION_URL', url) })
      })
      derive('host-key', ({ source }) => {
        source.host.hostKey = OTHER_HOST_KEY
      })
      derive('used-target', ({ target }) => {
        target.url = add('USED_TARGET_URL', usedTarget)
      })
      derive('switch-away', (copy) => {
        Object.assign(copy, { switches: [{ kind: 'file', path: join(sandbox.directory, 'no-such-file.json') }] })
      })
    })
    await startFlytt(sandbox, environment)
  }, SCENARIO_TIMEOUT_MS)

  describe('commands', () => {
    test.each([
      ['an unknown name that is nearly right', 'start shpo', 'MIGRATION_NOT_FOUND', '/migrate start shop'],
      ['an unknown name', 'start warehouse', 'MIGRATION_NOT_FOUND', '/migrate list'],
      ['a subcommand that is nearly right', 'strat shop', 'COMMAND_UNKNOWN', '/migrate start shop'],
      ['an unknown subcommand', 'teleport shop', 'COMMAND_UNKNOWN', '/migrate help'],
      ['a word too many', 'start shop now', 'COMMAND_MISUSED', '/migrate start <name>'],
      ['a missing name', 'pause', 'COMMAND_MISUSED', '/migrate pause <name>'],
      ['a name that cannot be one', 'abort shop;drop', 'COMMAND_MISUSED', '/migrate abort <name>'],
      ['a migration that was never started', 'pause shop', 'MIGRATION_NOT_STARTED', '/migrate start shop'],
    ])('%s is answered with the next step', async (_what, text, code, next) => {
      const { workspace } = scenario().sandbox
      const { response, ackMs } = await workspace.slash({ userId: OPERATOR, channelId: CHANNEL, text })
      expect(response?.response_type).toBe('ephemeral')
      const shown = textOf(response ?? { text: '', blocks: [] })
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
      expect(shown).toContain(code)
      expect(shown).toContain(next)
      expect(ackMs).toBeLessThan(3000)
    })

    test('a channel that is not listed is refused, with the one that is', async () => {
      const { workspace } = scenario().sandbox
      const { response } = await workspace.slash({ userId: OPERATOR, channelId: 'C0RANDOM', text: 'start shop' })
      expect(response?.text).toContain('CHANNEL_NOT_ALLOWED')
      expect(response?.text).toContain(`<#${CHANNEL}>`)
    })

    test.each([
      ['U0GUEST', 'Guests'],
      ['U0EXTERN', 'another organisation'],
      ['U0GONE', 'Deactivated'],
      ['U0OTHERBOT', 'Bots'],
    ])('%s may not start anything', async (userId, who) => {
      const answer = await scenario().type('start shop', userId)
      expect(answer).toContain(who)
      expect(answer).toContain('USER_NOT_ALLOWED')
      await expect(scenario().migration()).rejects.toThrow(/no migration/)
    })

    test(
      'what cannot be done at the moment is refused with what can, and an abort takes everything back',
      async () => {
        const { type, waitFor, shop } = scenario()
        const refuses = async (text: string, next: string) => {
          const answer = await type(`${text} shop`)
          expect(answer).toContain('STATUS_REFUSED')
          expect(answer).toContain(next)
        }
        const before = await serversNow()
        await type('start shop')
        expect(await type('start shop')).toContain('MIGRATION_UNFINISHED')
        // Another name for the same source is no way around.
        expect(await type('start used-target')).toContain('MIGRATION_UNFINISHED')
        await refuses('resume', '/migrate pause')
        await refuses('retry', '/migrate pause')
        await waitFor(({ phase }) => phase === 'catch-up' || phase === 'verify', 'much of it is done')
        await type('pause shop')
        await waitFor(({ status }) => status === 'paused', 'it is paused')
        await refuses('pause', '/migrate resume')
        await refuses('retry', '/migrate resume')
        await type('abort shop')
        await waitFor(({ status }) => status === 'aborted', 'it is taken back')
        for (const text of ['pause', 'resume', 'retry', 'abort']) await refuses(text, '/migrate start')
        expect(await findLeftovers(shop.sourceUrl)).toEqual([])
        expect(await findLeftovers(shop.targetUrl)).toEqual([])
        expect(await serversNow()).toEqual(before)
      },
      SCENARIO_TIMEOUT_MS,
    )

    test('what failed can neither be paused nor resumed, and says what can be done', async () => {
      const { type, waitFor } = scenario()
      await type('start source-away')
      await waitFor(({ status }) => status === 'failed', 'it fails', 'source-away')
      for (const text of ['pause', 'resume']) {
        const answer = await type(`${text} source-away`)
        expect(answer).toContain('STATUS_REFUSED')
        expect(answer).toContain('/migrate retry')
      }
      await type('retry source-away')
      await waitFor(({ status, run }) => status === 'failed' && run > 1, 'it fails again', 'source-away')
      await type('abort source-away')
      await waitFor(({ status }) => status === 'aborted', 'it is taken back', 'source-away')
    })
  })

  describe('servers and settings', () => {
    test.each([
      ['a source that does not answer', 'source-away', 'SERVER_UNREACHABLE', [/The source cannot be reached/]],
      ['a target that does not answer', 'target-away', 'SERVER_UNREACHABLE', [/The target cannot be reached/]],
      ['a wrong password', 'source-password', 'LOGIN_REFUSED', [/refused the login of role .*postgres/, /password/]],
      ['a database that is not there', 'source-database', 'SERVER_UNREACHABLE', [/database .*shopp.* does not exist/]],
      [
        'a wrong replication password',
        'replication-password',
        'AUDIT_BLOCKED',
        [/cannot log in to the source .* as flytt_replication/, /pg_hba.conf/],
      ],
      [
        'an address at which the target does not find the source',
        'replication-address',
        'AUDIT_BLOCKED',
        [/cannot log in to the source at 127\.0\.0\.1:\d+ as flytt_replication: .*[Cc]onnection refused/],
      ],
      [
        'a wrong password of the application',
        'application-password',
        'AUDIT_BLOCKED',
        [/application's role shop_app cannot log in to the source/, /source\.applicationUrl/],
      ],
      [
        'another SSH host key than the inventory names',
        'host-key',
        'AUDIT_BLOCKED',
        [/HOST_KEY_MISMATCH/, /SHA256:AAAA/, /ssh-keygen -lf/],
      ],
      [
        'a target that is not empty',
        'used-target',
        'AUDIT_BLOCKED',
        [/The target database used is not empty: 1 object, table public\.precious/, /DROP DATABASE/],
      ],
      ['a switch that is not there', 'switch-away', 'AUDIT_BLOCKED', [/no-such-file\.json/]],
    ] as const)(
      '%s: the thread says what to do, and nothing is changed',
      async (_what, name, code, phrases) => {
        const said = await startRefused(name, code)
        for (const phrase of phrases) expect(said).toMatch(phrase)
      },
      SCENARIO_TIMEOUT_MS,
    )

    test.each([
      [
        'a table without replica identity that gets updates',
        `CREATE TABLE sales.no_key (n int); INSERT INTO sales.no_key VALUES (1); UPDATE sales.no_key SET n = 2`,
        'DROP TABLE sales.no_key',
        [/sales\.no_key has no usable replica identity/, /It got 1 since/, /ADD PRIMARY KEY/],
      ],
      [
        'an unlogged table with rows',
        'CREATE UNLOGGED TABLE sales.cache (n int PRIMARY KEY); INSERT INTO sales.cache VALUES (1)',
        'DROP TABLE sales.cache',
        [/sales\.cache is unlogged and has rows/, /SET LOGGED/],
      ],
      [
        'a large object',
        `SELECT lo_from_bytea(4711, 'x')`,
        'SELECT lo_unlink(4711)',
        [/The source has 1 large object/, /lo_unlink/],
      ],
    ] as const)(
      '%s: the audit names it with its remedy, and nothing is changed',
      async (_what, make, drop, phrases) => {
        const { shop } = scenario()
        await query(shop.sourceUrl, make)
        try {
          const said = await startRefused('shop', 'AUDIT_BLOCKED')
          for (const phrase of phrases) expect(said).toMatch(phrase)
        } finally {
          await query(shop.sourceUrl, drop)
        }
      },
      SCENARIO_TIMEOUT_MS,
    )

    test(
      'a prepared transaction: the audit names it with its remedy, and nothing is changed',
      async () => {
        const { sandbox, shop } = scenario()
        await query(sandbox.source.url, 'ALTER SYSTEM SET max_prepared_transactions = 5')
        await sandbox.source.restart()
        await query(
          shop.sourceUrl,
          `BEGIN; UPDATE sales.customers SET name = name WHERE id = 1; PREPARE TRANSACTION 'left-behind'`,
        )
        try {
          const said = await startRefused('shop', 'AUDIT_BLOCKED')
          expect(said).toMatch(/left-behind of postgres in shop/)
          expect(said).toMatch(/ROLLBACK PREPARED/)
        } finally {
          await query(shop.sourceUrl, `ROLLBACK PREPARED 'left-behind'`)
        }
      },
      SCENARIO_TIMEOUT_MS,
    )

    test('after all of this every row of the source is as it was', async () => {
      const { shop, sandbox } = scenario()
      expect(await hashTables(shop.sourceUrl)).toEqual(hashesBefore)
      expect(await hashTables(shop.targetUrl)).toEqual({})
      const said = JSON.stringify(sandbox.workspace.calls().calls)
      for (const secret of [...sandbox.secrets, WRONG_PASSWORD]) expect(said.includes(secret)).toBe(false)
      const log = readFileSync(join(sandbox.directory, 'main.log'), 'utf8')
      for (const secret of [...sandbox.secrets, WRONG_PASSWORD]) expect(log.includes(secret)).toBe(false)
    })
  })

  describe('a start that cannot be', () => {
    const directory = useDirectory()
    let count = 0

    /** @returns all it printed; it must end by itself with 1 */
    const startAndFail = async (environment: Readonly<Record<string, string>>): Promise<string> => {
      const logFile = join(directory(), `start-${String((count += 1))}.log`)
      writeFileSync(logFile, '')
      const flytt = startFlyttProcess('main', environment, logFile)
      try {
        await pollUntil(() => !flytt.isRunning(), { describe: 'it ends by itself', deadlineMs: 20_000 })
      } finally {
        await flytt.stop()
      }
      const printed = await pollUntil(
        () => {
          const text = readFileSync(logFile, 'utf8')
          return text.endsWith('\n') ? text : null
        },
        { describe: 'it says why' },
      )
      expect({ exitCode: flytt.exitCode(), printed }).toEqual({ exitCode: 1, printed })
      expect(printed).not.toMatch(/^\s+at .*\.ts:/m)
      return printed
    }
    const valid = () => {
      const { sandbox } = scenario()
      return {
        SLACK_BOT_TOKEN: sandbox.workspace.botToken,
        SLACK_APP_TOKEN: sandbox.workspace.appToken,
        SLACK_API_URL: sandbox.workspace.apiUrl,
        STATE_DATABASE_URL: sandbox.stateUrl,
        FLYTT_INVENTORY: join(directory(), 'flytt.yaml'),
      }
    }
    const writeInventory = (text: string) => {
      writeFileSync(join(directory(), 'flytt.yaml'), text)
    }
    const EMPTY_INVENTORY = 'channels: [C0MIGRATE]\nmigrations: {}\n'

    test('without its variables names all of them', async () => {
      const printed = await startAndFail({
        SLACK_BOT_TOKEN: 'not-a-token-4711',
        REDIS_URL: 'http://user:hush-4711@host',
      })
      expect(printed).toMatch(/^CONFIG_INVALID/m)
      expect(printed).toContain('SLACK_BOT_TOKEN: must start with xoxb-')
      expect(printed).toContain('SLACK_APP_TOKEN: is not set')
      expect(printed).toContain('STATE_DATABASE_URL: is not set')
      expect(printed).toContain('REDIS_URL: must be a redis:// URL')
      expect(printed).toContain('.env.example')
      expect(printed).not.toContain('4711')
    })

    test('with an inventory that is not there says how to make one', async () => {
      const printed = await startAndFail({ ...valid(), FLYTT_INVENTORY: join(directory(), 'nowhere.yaml') })
      expect(printed).toMatch(/^INVENTORY_INVALID.*nowhere\.yaml/m)
      expect(printed).toContain('flytt.example.yaml')
    })

    test('with YAML that cannot be read names the line', async () => {
      writeInventory('channels: [C0MIGRATE]\nmigrations:\n  shop:\n    source: { url: env:A\n  target: ]\n')
      const printed = await startAndFail(valid())
      expect(printed).toMatch(/^INVENTORY_INVALID/m)
      expect(printed).toMatch(/line [45]:/)
    })

    test('with a faulty inventory names every fault with its line, and no secret', async () => {
      writeInventory(
        [
          'channels: [general]',
          'approvals: { required: 1 }',
          'migrations:',
          '  shop:',
          '    source: { url: "postgres://u:hush-4711@h/d", applicationUrl: env:NOT_SET, country: Norway }',
          '    target:',
          '      url: file:no-such-secret',
          '      applicationUrl: env:IS_SET',
          '    replication: { user: r, password: env:IS_SET, sourceAddress: 10.0.0.5 }',
          '    switches: [{ kind: magic }]',
          '    polizy: {}',
          '',
        ].join('\n'),
      )
      const printed = await startAndFail({ ...valid(), IS_SET: 'hush-4711' })
      for (const fault of [
        /line 1: channels\.0: must be a Slack channel id/,
        /line 2: approvals\.required: must be at least 2/,
        /line 5: migrations\.shop\.source\.url: must be env:NAME or file:PATH/,
        /line 5: migrations\.shop\.source\.applicationUrl: the variable NOT_SET is not set/,
        /line 5: migrations\.shop\.source\.country: must be a country code/,
        /line 7: migrations\.shop\.target\.url: the file no-such-secret cannot be read/,
        /line 9: migrations\.shop\.replication\.sourceAddress: must be host:port/,
        /line 10: migrations\.shop\.switches\.0/,
        /line (4|11): migrations\.shop: .*polizy/,
      ])
        expect(printed).toMatch(fault)
      expect(printed).not.toContain('4711')
    })

    test('with a URL that is none says so before anybody types', async () => {
      writeInventory(
        readFileSync(scenario().sandbox.inventoryFile, 'utf8').replaceAll('env:SHOP_SOURCE_URL', 'env:NOT_A_URL'),
      )
      const set = Object.fromEntries(
        [...readFileSync(scenario().sandbox.inventoryFile, 'utf8').matchAll(/env:(\w+)/g)].map(([, name = '']) => [
          name,
          `postgres://user:hush-4711@127.0.0.1:1/shop`,
        ]),
      )
      const printed = await startAndFail({ ...valid(), ...set, NOT_A_URL: 'host=127.0.0.1 password=hush-4711' })
      expect(printed).toMatch(/^INVENTORY_INVALID/m)
      expect(printed).toMatch(/line \d+: migrations\.shop\.source\.url: must be a URL: postgres:\/\//)
      expect(printed).not.toContain('4711')
    })

    test('with a state database that does not answer names it, and no password', async () => {
      writeInventory(EMPTY_INVENTORY)
      const port = await findFreePort()
      const url = `postgres://flytt:hush-4711@127.0.0.1:${String(port)}/flytt`
      const printed = await startAndFail({ ...valid(), STATE_DATABASE_URL: url })
      expect(printed).toMatch(/^STATE_UNREACHABLE.*ECONNREFUSED/m)
      expect(printed).toContain('STATE_DATABASE_URL')
      expect(printed).not.toContain('4711')
    })

    test('with a wrong password of the state database names it, and no password', async () => {
      writeInventory(EMPTY_INVENTORY)
      const url = Object.assign(new URL(scenario().sandbox.stateUrl), { password: 'hush-4711' }).href
      const printed = await startAndFail({ ...valid(), STATE_DATABASE_URL: url })
      expect(printed).toMatch(/^STATE_UNREACHABLE.*password authentication failed/m)
      expect(printed).not.toContain('4711')
    })

    test('with a Redis that does not answer names it, and no password', async () => {
      writeInventory(EMPTY_INVENTORY)
      const port = await findFreePort()
      const printed = await startAndFail({ ...valid(), REDIS_URL: `redis://:hush-4711@127.0.0.1:${String(port)}` })
      expect(printed).toMatch(/^QUEUE_UNREACHABLE/m)
      expect(printed).toContain('REDIS_URL')
      expect(printed).not.toContain('4711')
    })

    test('with a token that Slack refuses names the token', async () => {
      writeInventory(EMPTY_INVENTORY)
      const printed = await startAndFail({ ...valid(), SLACK_BOT_TOKEN: 'xoxb-hush-4711', QUEUE_PREFIX: 'other' })
      expect(printed).toMatch(/^SLACK_LOGIN_REFUSED.*SLACK_BOT_TOKEN/m)
      expect(printed).not.toContain('4711')
    })
  })
})
