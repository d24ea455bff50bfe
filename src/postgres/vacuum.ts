import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const tablesToVacuumSql = loadSql('tables-to-vacuum')
const tableRow = z.object({ schema: z.string(), name: z.string(), is_root: z.boolean() })

/** A relation that VACUUM, or for a partition root ANALYZE alone, is run on. */
export type VacuumTarget = z.infer<typeof tableRow>

/** @returns what is to be vacuumed, largest first, partition roots last */
export async function readVacuumTargets(session: Session): Promise<VacuumTarget[]> {
  return session.rows(tableRow, tablesToVacuumSql, [FLYTT_SCHEMA])
}

/** Vacuums and analyses one relation: without it the planner guesses, and the first index-only scans read the heap. */
export async function vacuum(session: Session, target: VacuumTarget): Promise<void> {
  await session.query(vacuumSql(target))
}

/** See {@link vacuum}. */
export function vacuumSql({ schema, name, is_root: isRoot }: VacuumTarget): string {
  return `${isRoot ? 'ANALYZE' : 'VACUUM (ANALYZE)'} ${quoteQualified(schema, name)}`
}
