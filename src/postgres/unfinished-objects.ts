import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const invalidIndexesSql = loadSql('invalid-indexes')
const unvalidatedConstraintsSql = loadSql('unvalidated-constraints')

const indexRow = catalogRow({ schema: z.string(), name: z.string() })
const constraintRow = catalogRow({ schema: z.string(), table_name: z.string(), name: z.string() })

/** @returns indexes that are not valid, which a dump leaves out */
export async function readInvalidIndexes(session: Session): Promise<readonly z.infer<typeof indexRow>[]> {
  return session.rows(indexRow, invalidIndexesSql)
}

/** @returns constraints that hold for new rows only (NOT VALID) */
export async function readUnvalidatedConstraints(session: Session): Promise<readonly z.infer<typeof constraintRow>[]> {
  return session.rows(constraintRow, unvalidatedConstraintsSql)
}
