import { readRootView } from '../src/report/root-view.ts'
import { statusReport } from '../src/slack/messages/status-report.ts'
import { findName } from './command-words.ts'
import { listUnfinishedNames, requireMigration } from './find-target.ts'
import { showList } from './list.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate status shop`: where it stands. Without a name: the only one under way, or the list. */
export const status: Subcommand = {
  name: 'status',
  usage: 'status [name]',
  summary: 'Shows where a migration stands.',
  wants: 'read',
  async run(context, words) {
    const name = findName(status, words)
    const unfinished = name === null ? await listUnfinishedNames(context) : []
    const wanted = name ?? (unfinished.length === 1 ? unfinished[0] : undefined)
    if (wanted === undefined) return showList(context)
    const migration = await requireMigration(context, 'status', wanted)
    const view = await readRootView(context.state, context.inventory, migration)
    const phases = view.runs.flatMap(({ phase, direction, startedAt, endedAt, outcome }) =>
      direction === 'run' && outcome === 'done' && endedAt !== null
        ? [{ phase, tookMs: endedAt.getTime() - startedAt.getTime() }]
        : [],
    )
    return statusReport({ ...view, phases })
  },
}
