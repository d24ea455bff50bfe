import { objectNames } from '../src/migration/object-names.ts'
import type { Session } from '../src/postgres/connection.ts'
import { readDatabasePlan } from '../src/postgres/database-properties.ts'
import { heldBackStatements } from '../src/postgres/held-back.ts'
import { planRefresh, readMaterializedViews, refreshMaterializedView } from '../src/postgres/materialized-views.ts'
import { dumpSchema } from '../src/postgres/pg-dump.ts'
import { planPostData, runStep } from '../src/postgres/post-data.ts'
import { addToLedger, createLedger, doOnce, readLedger } from '../src/postgres/restore-ledger.ts'
import { planRestore, type RestoreStatement } from '../src/postgres/restore-plan.ts'
import { openRestoreSession } from '../src/postgres/restore-session.ts'
import { majorOf, readServerIdentity } from '../src/postgres/server-identity.ts'
import { disableSubscription } from '../src/postgres/subscription.ts'
import { readVacuumTargets, vacuum } from '../src/postgres/vacuum.ts'
import { SECOND_MS } from '../src/units.ts'
import type { Phase, PhaseContext } from './phase.ts'

/** After so long no new statement is begun; the phase comes back for the rest. */
const SLICE_MS = 20 * SECOND_MS
/** Of each of the two sessions that build. */
const MAINTENANCE_WORK_MEM_MB = 256

/**
 * Reads: the source's catalog.
 * Changes: target: the subscription is disabled; indexes, constraints, triggers, rules, policies, comments, statistics, the
 * rows of materialized views. Triggers that would fire while changes are applied wait in the fact `held-back`.
 * Undone by: the schema's undo, which drops all of it.
 */
export const indexes: Phase = {
  name: 'indexes',
  check: () => Promise.resolve([]),

  async run(context) {
    const { migration, target, record, signal } = context
    const open = () => openRestoreSession(target, { signal, maintenanceWorkMemMb: MAINTENANCE_WORK_MEM_MB })
    const first = await open()
    try {
      const second = await open()
      try {
        // Foreign keys and the apply worker would lock each other out; catch-up enables it again.
        await disableSubscription(first, objectNames(migration.id).subscription)
        await createLedger(first)
        const plan = await readPlan(context)
        await record.setFact('held-back', [...heldBackStatements(plan.statements), ...plan.heldBack])
        const isDone = await work(context, [first, second], plan)
        return isDone ? { kind: 'done' } : { kind: 'wait', delayMs: 0 }
      } finally {
        await second.end()
      }
    } finally {
      await first.end()
    }
  },

  async undo({ record }) {
    await record.removeFact('held-back')
  },
}

interface Plan {
  readonly statements: readonly RestoreStatement[]
  readonly heldBack: Awaited<ReturnType<typeof readDatabasePlan>>['heldBack']
  /** Materialized views to fill, in order. */
  readonly refreshes: readonly string[]
}

async function readPlan({ source, target, settings, signal }: PhaseContext): Promise<Plan> {
  const options = { applicationName: 'flytt indexes', readOnly: true, signal }
  return source.with(options, (publisher) =>
    target.with(options, async (subscriber) => {
      const versions = [await readServerIdentity(publisher), await readServerIdentity(subscriber)]
      const major = Math.max(...versions.map(({ versionNumber }) => majorOf(versionNumber)))
      return {
        statements: planRestore(await dumpSchema({ url: settings.source.url, section: 'post-data', major, signal })),
        heldBack: (await readDatabasePlan(publisher, subscriber, target.name)).heldBack,
        refreshes: planRefresh(await readMaterializedViews(publisher)),
      }
    }),
  )
}

/** @returns whether everything is done */
async function work(context: PhaseContext, sessions: readonly [Session, Session], plan: Plan): Promise<boolean> {
  const { migration, record } = context
  const [session] = sessions
  const restored = await readLedger(session, migration.id)
  const begun = performance.now()
  const isOver = () => performance.now() - begun > SLICE_MS
  const steps = planPostData(
    plan.statements.filter(({ kind, digest }) => kind !== 'held-back' && !restored.has(digest)),
  )
  const tables = (await readVacuumTargets(session)).map((table) => ({ table, object: `${table.schema}.${table.name}` }))

  const counted = plan.statements.filter(({ kind }) => kind !== 'held-back' && kind !== 'setting')
  const total = counted.length + tables.length + plan.refreshes.length
  let done = counted.filter(({ digest }) => restored.has(digest)).length
  const report = async (current: string) =>
    record.setProgress({ kind: 'indexes', done: Math.min(done++, total), total, current })

  /** Once, and noted when done: VACUUM cannot share a transaction with the ledger, and doing it twice harms nothing. */
  const vacuumAll = async (): Promise<boolean> => {
    for (const { table, object } of tables) {
      const key = { migrationId: migration.id, digest: `vacuum ${object}`, object }
      if (restored.has(key.digest)) continue
      if (isOver()) return false
      await report(object)
      await vacuum(session, table)
      await addToLedger(session, key)
      restored.add(key.digest)
    }
    return true
  }

  for (const step of steps) {
    // The check of a foreign key is a join of two tables: without statistics it may take hours.
    if (step.kind === 'foreign-keys' && !(await vacuumAll())) return false
    const isDone = await runStep(step, {
      sessions,
      migrationId: migration.id,
      isOver,
      onStart: ({ object }) => report(object),
    })
    if (!isDone) return false
  }
  if (!(await vacuumAll())) return false
  for (const name of plan.refreshes) {
    if (restored.has(`refresh ${name}`)) continue
    if (isOver()) return false
    await report(name)
    const key = { migrationId: migration.id, digest: `refresh ${name}`, object: name }
    await doOnce(session, key, () => refreshMaterializedView(session, name))
    await session.query(`VACUUM (ANALYZE) ${name}`)
  }
  await record.setProgress({ kind: 'indexes', done: total, total, current: null })
  return true
}
