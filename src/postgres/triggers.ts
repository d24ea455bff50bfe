import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const replicaTriggersSql = loadSql('replica-triggers')
const eventTriggersSql = loadSql('event-triggers')

const triggerRow = catalogRow({ schema: z.string(), table_name: z.string(), name: z.string() })
const eventTriggerRow = catalogRow({ name: z.string(), event: z.string() })

/** @returns triggers that fire for replicated rows too (ENABLE ALWAYS, ENABLE REPLICA) */
export async function readReplicaTriggers(session: Session): Promise<readonly z.infer<typeof triggerRow>[]> {
  return session.rows(triggerRow, replicaTriggersSql)
}

/** @returns event triggers that are not disabled */
export async function readEventTriggers(session: Session): Promise<readonly z.infer<typeof eventTriggerRow>[]> {
  return session.rows(eventTriggerRow, eventTriggersSql)
}
