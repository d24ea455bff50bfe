import { FlyttError } from '../src/errors.ts'
import type { Verified } from '../src/migration/verified.ts'
import { compareTable, type TableComparison } from '../src/postgres/compare-table.ts'
import type { Session } from '../src/postgres/connection.ts'
import { readAvailableExtensions, readInstalledExtensions } from '../src/postgres/extensions.ts'
import { writeMarkerAndWait } from '../src/postgres/heartbeat.ts'
import { compareSchemas, readSchemaFingerprint, readSchemaLines } from '../src/postgres/schema-fingerprint.ts'
import { chooseHashMethod, openHashSession, readComparableTables } from '../src/postgres/table-hash.ts'
import { verifyReport } from '../src/slack/messages/verify-report.ts'
import { MINUTE_MS } from '../src/units.ts'
import type { Phase, PhaseContext } from './phase.ts'

/** A marker that takes longer than this means that changes are not applied any more. */
const MARKER_DEADLINE_MS = MINUTE_MS
/** So many differences of the schema are named in the error. */
const SHOWN = 5

/**
 * Reads: every row of both sides, and both catalogs. Writes a heartbeat on the source per look.
 * Changes: nothing.
 * Undone by: nothing.
 */
export const verify: Phase = {
  name: 'verify',
  check: () => Promise.resolve([]),

  async run(context) {
    const { source, target, signal } = context
    return source.with({ applicationName: 'flytt verify', signal }, (marker) =>
      target.with({ applicationName: 'flytt verify', signal }, async (arrival) => {
        await verifyWith(context, async () => {
          await writeMarkerAndWait(marker, arrival, MARKER_DEADLINE_MS)
        })
        return { kind: 'done' }
      }),
    )
  },

  async undo({ record }) {
    await record.removeFact('verified')
  },
}

/**
 * Compares both sides, schema first, then table by table; keeps the result as the fact `verified`, and posts the report.
 *
 * @param waitForMarker - ends when everything the source had committed before is on the target
 * @throws {FlyttError} `VERIFY_DIFFERS`
 */
export async function verifyWith(context: PhaseContext, waitForMarker: () => Promise<void>): Promise<void> {
  const { source, target, record, thread, migration, signal, log } = context
  const begun = performance.now()
  const onSource = await openHashSession(source, signal)
  try {
    const onTarget = await openHashSession(target, signal)
    try {
      await requireSameSchema(onSource, onTarget)
      const method = await chooseHashMethod(onSource, onTarget)
      if (method === 'md5') log.warn('the servers hash rows differently: md5 is used')
      const tables = await readComparableTables(onSource)
      const results: TableComparison[] = []
      await waitForMarker()
      for (const table of tables) {
        await record.setProgress({ kind: 'verify', tablesDone: results.length, tablesTotal: tables.length })
        const result = await compareTable(table, { source: onSource, target: onTarget, method, waitForMarker })
        if (result.hotRows > 0) log.info({ table: result.table, hotRows: result.hotRows }, 'rows changed at every look')
        results.push(result)
      }
      await record.setProgress({ kind: 'verify', tablesDone: results.length, tablesTotal: tables.length })
      const rounds = Math.max(1, ...results.map((result) => result.rounds))
      await thread.post(
        `verify-${migration.run}`,
        verifyReport({ tables: results, rounds, tookMs: performance.now() - begun }),
      )
      const differing = results.filter(({ equal }) => !equal)
      if (differing.length > 0) throw differs(differing.map(({ table, detail }) => `${table}: ${detail ?? ''}`))
      const verified: Verified = {
        tables: results.map(({ table, rows, hash }) => ({ table, rows: rows.toString(), hash: hash.toString() })),
        at: new Date().toISOString(),
        sourceFingerprint: await readSchemaFingerprint(onSource),
        targetFingerprint: await readSchemaFingerprint(onTarget),
      }
      await record.setFact('verified', verified)
    } finally {
      await onTarget.end()
    }
  } finally {
    await onSource.end()
  }
}

async function requireSameSchema(source: Session, target: Session): Promise<void> {
  const installed = await readInstalledExtensions(source)
  const available = await readAvailableExtensions(
    target,
    installed.map(({ name }) => name),
  )
  // Where the target does not offer the source's version, the schema phase has said so.
  const newer = installed.filter(
    ({ name, version }) => !available.some((each) => each.name === name && each.version === version),
  )
  const mayDiffer = new Set(newer.map(({ name }) => `extension ${name}`))
  const differences = compareSchemas(await readSchemaLines(source), await readSchemaLines(target), mayDiffer)
  if (differences.length > 0) throw differs(differences)
}

function differs(differences: readonly string[]): FlyttError {
  const rest = differences.length - SHOWN
  const difference = `${differences.slice(0, SHOWN).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
  return new FlyttError('VERIFY_DIFFERS', { context: { difference } })
}
