import { z } from 'zod'
import type { Session } from './connection.ts'
import { asRestoreError } from './restore-ledger.ts'
import { loadSql } from './sql.ts'

const materializedViewsSql = loadSql('materialized-views')
const viewRow = z.object({ name: z.string(), is_populated: z.boolean(), needs: z.array(z.string()) })

/** A materialized view; `name` and `needs` are quoted where they must be. */
export type MaterializedView = z.infer<typeof viewRow>

/** @returns the materialized views of the session's database, by name */
export async function readMaterializedViews(session: Session): Promise<MaterializedView[]> {
  return session.rows(viewRow, materializedViewsSql)
}

/**
 * Orders views so that each comes behind those it is built on, and leaves out what the source never filled.
 *
 * @returns names
 */
export function planRefresh(views: readonly MaterializedView[]): string[] {
  const order: string[] = []
  const visit = (view: MaterializedView) => {
    if (order.includes(view.name)) return
    for (const need of view.needs) {
      const needed = views.find(({ name }) => name === need)
      // A view cannot need itself, so this ends.
      if (needed !== undefined) visit(needed)
    }
    order.push(view.name)
  }
  for (const view of views) visit(view)
  return order.filter((name) => views.some((view) => view.name === name && view.is_populated))
}

/**
 * Fills a materialized view from the rows that are there now.
 *
 * Takes ACCESS EXCLUSIVE on the view.
 *
 * @param name - quoted
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED`
 */
export async function refreshMaterializedView(session: Session, name: string): Promise<void> {
  try {
    await session.query(`REFRESH MATERIALIZED VIEW ${name}`)
  } catch (error) {
    throw asRestoreError(error, `MATERIALIZED VIEW ${name}`)
  }
}
