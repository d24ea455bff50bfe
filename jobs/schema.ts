import { FlyttError } from '../src/errors.ts'
import type { Finding } from '../src/migration/finding.ts'
import { runAll } from '../src/postgres/access-rights.ts'
import type { Session } from '../src/postgres/connection.ts'
import { readDatabasePlan } from '../src/postgres/database-properties.ts'
import { pinExtensionVersion } from '../src/postgres/extension-versions.ts'
import { readAvailableExtensions, readInstalledExtensions } from '../src/postgres/extensions.ts'
import { dumpSchema, findPgDumpMajor } from '../src/postgres/pg-dump.ts'
import { createLedger, doOnce, readLedger } from '../src/postgres/restore-ledger.ts'
import { planRestore, type RestoreStatement } from '../src/postgres/restore-plan.ts'
import { openRestoreSession } from '../src/postgres/restore-session.ts'
import { PRE_DATA_DIGEST, restoreKeys, restorePreData } from '../src/postgres/restore.ts'
import { createMissingRoles } from '../src/postgres/roles.ts'
import { majorOf, readServerIdentity } from '../src/postgres/server-identity.ts'
import { readTargetBefore, restoreTarget, targetBeforeShape } from '../src/postgres/target-before.ts'
import { WASM_PG_DUMP_MAJOR } from '../src/postgres/wasm-pg-dump.ts'
import type { Phase, PhaseContext } from './phase.ts'

/** The ledger's key of the database's own properties. */
const DATABASE_DIGEST = 'database'

/**
 * Reads: the source's catalog, and the stored passwords of roles the target lacks.
 * Changes: target: roles, everything of the schema that comes before the rows, primary keys, the database's rights and settings.
 * Undone by: the target's database becomes what it was, by the list made before the first change; refused after the switch.
 */
export const schema: Phase = {
  name: 'schema',

  async check({ source, target, signal }) {
    const major = await readNewerMajor({ source, target, signal })
    const found = await findPgDumpMajor(signal)
    const isUsable = major <= WASM_PG_DUMP_MAJOR || (found !== null && found >= major)
    return isUsable ? [] : [missingPgDump(major)]
  },

  async run(context) {
    const { migration, source, target, settings, record, signal } = context
    const session = await openRestoreSession(target, { signal })
    try {
      // Written before the first change: without it undo would not know what is Flytt's.
      if ((await record.fact('schema', targetBeforeShape)) === null) {
        await record.setFact('schema', await readTargetBefore(session))
      }
      await createLedger(session)
      const restored = await readLedger(session, migration.id)
      const major = await readNewerMajor(context)
      const dump = async (section: 'pre-data' | 'post-data') =>
        planRestore(await dumpSchema({ url: settings.source.url, section, major, signal }))
      const notes: string[] = []
      await source.with({ applicationName: 'flytt schema', readOnly: true, signal }, async (catalog) => {
        if (!restored.has(PRE_DATA_DIGEST)) {
          await record.setProgress({ kind: 'note', text: 'Creating roles' })
          const roles = await createMissingRoles(catalog, session, migration.id)
          await record.setFact('created-roles', roles.created)
          await record.setProgress({ kind: 'note', text: 'Restoring the schema' })
          const statements = await pinExtensions(await dump('pre-data'), catalog, session)
          await restorePreData(session, migration.id, statements.pinned)
          notes.push(...roles.notes, ...statements.notes)
        }
        await record.setProgress({ kind: 'note', text: 'Restoring primary keys' })
        await restoreKeys(session, migration.id, await dump('post-data'), restored)
        const plan = await readDatabasePlan(catalog, session, target.name)
        const key = { migrationId: migration.id, digest: DATABASE_DIGEST, object: `database ${target.name}` }
        await doOnce(session, key, () => runAll(session, plan.now))
        notes.push(...plan.notes)
      })
      for (const note of notes) context.log.warn({ note }, 'not everything could be carried over')
      if (notes.length > 0) await record.addEvent('schema-notes', { notes })
      return { kind: 'done' }
    } finally {
      await session.end()
    }
  },

  async undo({ migration, target, record, signal, log }) {
    const before = await record.fact('schema', targetBeforeShape)
    if (before === null) return
    if (migration.switchedAt !== null) {
      throw new FlyttError('STATUS_REFUSED', {
        context: { status: migration.status, hint: 'The application lives on the target: its schema stays.' },
      })
    }
    const session = await openRestoreSession(target, { signal })
    try {
      const kept = await restoreTarget(session, target.name, migration.id, before)
      for (const role of kept) log.warn({ role }, 'a created role stays, because another database uses it')
      await record.removeFact('created-roles')
      await record.removeFact('schema')
    } finally {
      await session.end()
    }
  },
}

/** The newer of both servers' major versions: pg_dump must know it. */
async function readNewerMajor({
  source,
  target,
  signal,
}: Pick<PhaseContext, 'source' | 'target' | 'signal'>): Promise<number> {
  const majors = await Promise.all(
    [source, target].map((side) =>
      side.with({ applicationName: 'flytt schema', readOnly: true, signal }, async (session) =>
        majorOf((await readServerIdentity(session)).versionNumber),
      ),
    ),
  )
  return Math.max(...majors)
}

async function pinExtensions(
  statements: readonly RestoreStatement[],
  source: Session,
  target: Session,
): Promise<{ pinned: RestoreStatement[]; notes: string[] }> {
  const installed = await readInstalledExtensions(source)
  const available = await readAvailableExtensions(
    target,
    installed.map(({ name }) => name),
  )
  const notes: string[] = []
  const pinned = statements.map((statement) => {
    const { sql, note } = pinExtensionVersion(statement.sql, installed, available)
    if (note !== null) notes.push(note)
    return { ...statement, sql }
  })
  return { pinned, notes }
}

function missingPgDump(major: number): Finding {
  return {
    check: 'pg-dump',
    verdict: 'block',
    summary: `Servers of major ${major} need a pg_dump of that version, and there is none in PATH.`,
    remedy: `Install PostgreSQL client ${major} where Flytt's worker runs.`,
  }
}
