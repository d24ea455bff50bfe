import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { logicalWorkers } from '../../../../src/audit/postgres/logical-workers.ts'
import { replicationOrigins } from '../../../../src/audit/postgres/replication-origins.ts'
import { replicationSlots } from '../../../../src/audit/postgres/replication-slots.ts'
import { sameServer } from '../../../../src/audit/postgres/same-server.ts'
import { serverVersions } from '../../../../src/audit/postgres/server-versions.ts'
import { sessionTimeouts } from '../../../../src/audit/postgres/session-timeouts.ts'
import { slotWalLimits } from '../../../../src/audit/postgres/slot-wal-limits.ts'
import { synchronousStandbys } from '../../../../src/audit/postgres/synchronous-standbys.ts'
import { targetOpen } from '../../../../src/audit/postgres/target-open.ts'
import { walLevel } from '../../../../src/audit/postgres/wal-level.ts'
import { walSenders } from '../../../../src/audit/postgres/wal-senders.ts'
import { query } from '../../../support/database.ts'
import { useServers } from '../../../support/servers.ts'
import { makeBench, REPLICATION, type AuditBench } from '../audit-bench.ts'

const servers = useServers({
  source: 17,
  target: 18,
  poorSource: {
    major: 17,
    settings: {
      wal_level: 'replica',
      max_replication_slots: '3',
      max_wal_senders: '2',
      max_slot_wal_keep_size: '64MB',
      // Commits of this server must not wait for the standby that it does not have.
      synchronous_commit: 'local',
      synchronous_standby_names: '*',
      synchronized_standby_slots: 'standby_slot',
    },
  },
  poorTarget: {
    major: 18,
    settings: {
      max_logical_replication_workers: '1',
      max_worker_processes: '1',
      max_active_replication_origins: '2',
      idle_replication_slot_timeout: '10min',
    },
  },
  oldTarget: { major: 16, settings: { max_replication_slots: '2' } },
})

let bench: AuditBench
let poor: AuditBench
beforeAll(async () => {
  bench = await makeBench(servers.source, servers.target)
  poor = await makeBench(servers.poorSource, servers.poorTarget)
}, 60_000)

describe('server-versions', () => {
  test('blocks a target that is older than the source', async () => {
    const [finding] = await (await makeBench(servers.source, servers.oldTarget)).findings(serverVersions)
    expect(finding).toMatchObject({ verdict: 'block', remedy: 'Create the target with PostgreSQL 17 or newer.' })
  })

  test('passes 17 to 18', async () => {
    expect(await bench.verdicts(serverVersions)).toEqual(['ok'])
  })
})

describe('same-server', () => {
  test('blocks two databases of one server', async () => {
    const [finding] = await bench.findings(sameServer, { targetUrl: servers.source.url })
    expect(finding?.verdict).toBe('block')
  })

  test('passes two servers', async () => {
    expect(await bench.verdicts(sameServer)).toEqual(['ok'])
  })
})

describe('target-open', () => {
  const alter = (what: string) => query(servers.target.url, `ALTER DATABASE ${bench.target.name} ${what}`)
  afterEach(async () => {
    await alter('CONNECTION LIMIT -1')
    await alter('RESET default_transaction_read_only')
  })

  test('blocks a database that lets nobody in, with the statement that opens it', async () => {
    await alter('CONNECTION LIMIT 0')
    const [finding] = await bench.findings(targetOpen)
    expect(finding?.verdict).toBe('block')
    await query(servers.target.url, finding?.remedy ?? '')
    expect(await bench.verdicts(targetOpen)).toEqual(['ok'])
  })

  test('warns of a limit', async () => {
    await alter('CONNECTION LIMIT 20')
    expect(await bench.verdicts(targetOpen)).toEqual(['warn'])
  })

  test('blocks a database that is read-only by default, with the statement that mends it', async () => {
    await alter('SET default_transaction_read_only = on')
    const [finding] = await bench.findings(targetOpen)
    expect(finding?.verdict).toBe('block')
    await query(servers.target.url, `SET default_transaction_read_only = off; ${finding?.remedy ?? ''}`)
    expect(await bench.verdicts(targetOpen)).toEqual(['ok'])
  })
})

describe('wal-level', () => {
  test('blocks replica, and says when a change only waits for a restart', async () => {
    const [finding] = await poor.findings(walLevel)
    expect(finding).toMatchObject({ verdict: 'block', remedy: expect.stringContaining("SET wal_level = 'logical'") })
    await query(servers.poorSource.url, "ALTER SYSTEM SET wal_level = 'logical'")
    try {
      // The sandbox's own file wins over postgresql.conf, ALTER SYSTEM over both.
      await query(servers.poorSource.url, 'SELECT pg_reload_conf()')
      const [pending] = await poor.findings(walLevel)
      expect(pending).toMatchObject({ verdict: 'block' })
    } finally {
      await query(servers.poorSource.url, 'ALTER SYSTEM RESET wal_level')
    }
  })

  test('passes logical', async () => {
    expect(await bench.verdicts(walLevel)).toEqual(['ok'])
  })
})

describe('replication-slots', () => {
  test('blocks when too few are free, with a number that is enough', async () => {
    const [finding] = await poor.findings(replicationSlots)
    expect(finding).toMatchObject({
      verdict: 'block',
      summary: 'The source has 3 of 3 replication slots free; the copy needs 5.',
      remedy: expect.stringContaining('max_replication_slots = 5'),
    })
  })

  test('warns of slots that nobody reads', async () => {
    await query(bench.source.url, `SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')`)
    try {
      const [finding] = await bench.findings(replicationSlots)
      expect(finding?.verdict).toBe('warn')
      expect(finding?.summary).toMatch(/forgotten \(keeps \d.* of WAL\)/)
      expect(finding?.remedy).toContain(`SELECT pg_drop_replication_slot('forgotten');`)
    } finally {
      await query(bench.source.url, `SELECT pg_drop_replication_slot('forgotten')`)
    }
    expect(await bench.verdicts(replicationSlots)).toEqual(['ok'])
  })
})

test('wal-senders blocks when too few are free, and passes otherwise', async () => {
  const [finding] = await poor.findings(walSenders)
  expect(finding).toMatchObject({ verdict: 'block', remedy: expect.stringContaining('max_wal_senders = 5') })
  expect(await bench.verdicts(walSenders)).toEqual(['ok'])
})

test('logical-workers blocks when a table could not be copied beside the stream, and warns of too few processes', async () => {
  expect(await poor.verdicts(logicalWorkers)).toEqual(['block', 'warn'])
  expect(await bench.verdicts(logicalWorkers)).toEqual(['ok'])
})

test('logical-workers warns when fewer tables are copied at a time than could be, and blocks none at all', async () => {
  await query(servers.target.url, 'ALTER SYSTEM SET max_sync_workers_per_subscription = 20')
  await query(servers.target.url, 'SELECT pg_reload_conf()')
  expect(await bench.verdicts(logicalWorkers)).toEqual(['warn'])
  await query(servers.target.url, 'ALTER SYSTEM SET max_sync_workers_per_subscription = 0')
  await query(servers.target.url, 'SELECT pg_reload_conf()')
  expect(await bench.verdicts(logicalWorkers)).toEqual(['block'])
  await query(servers.target.url, 'ALTER SYSTEM RESET max_sync_workers_per_subscription')
  await query(servers.target.url, 'SELECT pg_reload_conf()')
})

describe('replication-origins', () => {
  test('blocks too few, by the setting that counts for the version', async () => {
    const [from18] = await poor.findings(replicationOrigins)
    expect(from18).toMatchObject({
      verdict: 'block',
      remedy: expect.stringContaining('max_active_replication_origins = 5'),
    })
    const old = await makeBench(servers.source, servers.oldTarget)
    const [before18] = await old.findings(replicationOrigins)
    expect(before18).toMatchObject({ verdict: 'block', remedy: expect.stringContaining('max_replication_slots = 5') })
  })

  test('passes enough', async () => {
    expect(await bench.verdicts(replicationOrigins)).toEqual(['ok'])
  })
})

describe('slot-wal-limits', () => {
  test('warns of a limit on what a slot keeps', async () => {
    const [finding] = await poor.findings(slotWalLimits)
    expect(finding?.verdict).toBe('warn')
    expect(finding?.summary).toContain('64 MB')
    expect(finding?.remedy).toMatch(/max_slot_wal_keep_size = '\d+GB'/)
  })

  test('warns of a limit on how long a slot is idle', async () => {
    const from18 = await makeBench(servers.poorTarget, servers.target)
    const [finding] = await from18.findings(slotWalLimits)
    expect(finding).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('10 min') })
  })

  test('passes no limits', async () => {
    expect(await bench.verdicts(slotWalLimits)).toEqual(['ok'])
  })
})

describe('synchronous-standbys', () => {
  test('blocks a name that matches the subscription, and warns of slots that wait', async () => {
    expect(await poor.verdicts(synchronousStandbys)).toEqual(['block', 'warn'])
  })

  test('warns when commits on the target will wait', async () => {
    expect(await bench.verdicts(synchronousStandbys, { targetUrl: servers.poorSource.url })).toEqual(['warn'])
  })

  test('passes none', async () => {
    expect(await bench.verdicts(synchronousStandbys)).toEqual(['ok'])
  })
})

describe('session-timeouts', () => {
  const alter = (what: string) => query(servers.source.url, `ALTER DATABASE ${bench.source.name} ${what}`)
  afterEach(async () => {
    await alter('RESET ALL')
    await query(servers.source.url, `ALTER ROLE ${REPLICATION.user} RESET ALL`)
  })

  test('says which are overridden', async () => {
    await alter(`SET statement_timeout = '30s'`)
    await query(servers.source.url, `ALTER ROLE ${REPLICATION.user} SET transaction_timeout = '1min'`)
    const [finding] = await bench.findings(sessionTimeouts)
    expect(finding?.verdict).toBe('info')
    expect(finding?.summary).toContain('statement_timeout = 30s')
    expect(finding?.summary).toContain(`transaction_timeout = 1min of ${REPLICATION.user}`)
  })

  test('passes none, and one that is 0', async () => {
    await alter('SET statement_timeout = 0')
    expect(await bench.verdicts(sessionTimeouts)).toEqual(['ok'])
  })
})
