import pg from 'pg'
import type { PostgresServer } from '../../../sandbox/servers/embedded-postgres.ts'
import type { AuditCheck, AuditSubject } from '../../../src/audit/audit-check.ts'
import { runChecks } from '../../../src/audit/run-checks.ts'
import type { MigrationSettings } from '../../../src/inventory.ts'
import type { Finding, Verdict } from '../../../src/migration/finding.ts'
import { databaseAt } from '../../../src/postgres/connection.ts'
import { Secret } from '../../../src/secret.ts'
import { freshDatabase, query, type FreshDatabase } from '../../support/database.ts'

export const REPLICATION = { user: 'flytt_replication', password: `r'e\\p l-secret` }
export const APPLICATION = { user: 'shop_app', password: 'application-secret' }

/** Two empty databases and what an inventory says of them; `change` bends it. */
export interface AuditBench {
  readonly source: FreshDatabase
  readonly target: FreshDatabase
  readonly subject: AuditSubject
  /** Runs one check and gives what it found. */
  findings(check: AuditCheck, change?: SubjectChange): Promise<readonly Finding[]>
  /** Runs one check and gives the verdicts, the worst first. */
  verdicts(check: AuditCheck, change?: SubjectChange): Promise<readonly Verdict[]>
}

export interface SubjectChange extends Partial<AuditSubject> {
  readonly sourceUrl?: string
  readonly targetUrl?: string
  readonly sourceApplicationUrl?: string
  readonly targetApplicationUrl?: string
  readonly replication?: Partial<{ user: string; password: Secret; sourceAddress: string }>
}

const RANK: readonly Verdict[] = ['block', 'warn', 'info', 'ok']

/** Makes the databases, and once per server the roles. */
export async function makeBench(source: PostgresServer, target: PostgresServer): Promise<AuditBench> {
  await createRole(source.url, APPLICATION.user, `LOGIN PASSWORD ${pg.escapeLiteral(APPLICATION.password)}`)
  await createRole(target.url, APPLICATION.user, `LOGIN PASSWORD ${pg.escapeLiteral(APPLICATION.password)}`)
  await createRole(
    source.url,
    REPLICATION.user,
    `LOGIN REPLICATION BYPASSRLS PASSWORD ${pg.escapeLiteral(REPLICATION.password)}`,
  )
  await query(source.url, `GRANT pg_read_all_data TO ${REPLICATION.user}`)
  const [from, to] = [await freshDatabase(source), await freshDatabase(target)]
  const subjectWith = (change: SubjectChange = {}): AuditSubject => {
    const settings = {
      source: {
        url: new Secret(change.sourceUrl ?? from.url),
        applicationUrl: new Secret(
          change.sourceApplicationUrl ?? source.urlFor({ ...APPLICATION, database: from.name }),
        ),
      },
      target: {
        url: new Secret(change.targetUrl ?? to.url),
        applicationUrl: new Secret(change.targetApplicationUrl ?? target.urlFor({ ...APPLICATION, database: to.name })),
      },
      replication: {
        user: REPLICATION.user,
        password: new Secret(REPLICATION.password),
        sourceAddress: `127.0.0.1:${String(source.port)}`,
        ...change.replication,
      },
      switches: [{ kind: 'file', path: 'connection.json' }],
      policy: { writeStopBudgetMs: 5000, maxLag: 1e6, maxReplay: 1000, stableFor: 1000, slotWait: 1000 },
    } satisfies MigrationSettings
    return {
      settings,
      sourceDatabase: databaseAt('source', settings.source.url),
      targetDatabase: databaseAt('target', settings.target.url),
      hosts: change.hosts ?? { source: null, target: null },
      switches: change.switches ?? [],
    }
  }
  const findings = (check: AuditCheck, change?: SubjectChange) =>
    runChecks([check], subjectWith(change), { signal: new AbortController().signal })
  return {
    source: from,
    target: to,
    subject: subjectWith(),
    findings,
    verdicts: async (check, change) =>
      (await findings(check, change))
        .map(({ verdict }) => verdict)
        .toSorted((one, other) => RANK.indexOf(one) - RANK.indexOf(other)),
  }
}

/** Makes a role, or gives it these attributes when it is there. */
export async function createRole(url: string, name: string, attributes: string): Promise<void> {
  const found = await query(url, 'SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
  const role = pg.escapeIdentifier(name)
  await query(url, `${found.length === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} ${attributes}`)
}
