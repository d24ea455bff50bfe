import type { PhaseName } from '../../src/migration/phase-name.ts'
import { holdInsert, holdTable, type Hold } from './hold.ts'
import type { Scenario } from './scenario.ts'

/**
 * Waits until a phase of the scenario's shop is in its middle, waiting for a table that the test has locked.
 *
 * To be called before the phase begins; the table is locked only then, since it may not be there, or be in use, before.
 */
export async function holdPhaseAtTable(
  { sandbox, shop }: Scenario,
  phase: PhaseName,
  url: string,
  table: string,
  mode: string,
): Promise<Hold> {
  const begin = await holdInsert(
    sandbox.stateUrl,
    'phase_run',
    `NEW.phase = '${phase}' AND NEW.direction = 'run' AND NEW.migration_id LIKE '${shop.name}-%'`,
  )
  await begin.arrived()
  const hold = await holdTable(url, table, mode)
  await begin.release()
  await hold.arrived()
  return hold
}
