import type { Inventory } from '../inventory.ts'
import type { Migration } from '../migration/migration.ts'
import { databaseLabel } from '../migration/source-key.ts'
import type { RootView } from '../slack/messages/root-message.ts'
import { readPhaseRuns, type PhaseRun } from '../state/phase-run-store.ts'
import type { Queryable } from '../state/state-database.ts'

/** What stands where the inventory no longer names the migration. */
const UNKNOWN_LABEL = 'not in the inventory any more'

/** Gathers what a person sees at one glance of a migration. */
export async function readRootView(
  state: Queryable,
  inventory: Inventory,
  migration: Migration,
): Promise<RootView & { readonly runs: readonly PhaseRun[] }> {
  const runs = await readPhaseRuns(state, migration.id)
  const settings = inventory.migrations[migration.name]
  return {
    migration,
    sourceLabel: settings === undefined ? UNKNOWN_LABEL : databaseLabel(settings.source.url),
    targetLabel: settings === undefined ? UNKNOWN_LABEL : databaseLabel(settings.target.url),
    progress: progressOf(runs, migration),
    writeStopMs: writeStopOf(runs),
    runs,
  }
}

/** What the present run of the present phase told last. */
function progressOf(runs: readonly PhaseRun[], migration: Migration): RootView['progress'] {
  return runs.find(({ run, phase }) => run === migration.run && phase === migration.phase)?.progress ?? null
}

/** How long writes stood still in the cutover that succeeded. */
function writeStopOf(runs: readonly PhaseRun[]): number | null {
  const cutover = runs.findLast(
    ({ phase, direction, outcome }) => phase === 'cutover' && direction === 'run' && outcome === 'done',
  )
  return cutover?.progress?.kind === 'cutover' ? cutover.progress.timeline.writeStopMs : null
}
