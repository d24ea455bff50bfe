import { z } from 'zod'
import { catalogRow } from './catalog-row.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const replicaIdentitiesSql = loadSql('replica-identities')

const replicaIdentityRow = catalogRow({
  schema: z.string(),
  name: z.string(),
  identity: z.enum(['key', 'index', 'full', 'none']),
  reason_without: z.string(),
  candidate_index: z.string().nullable(),
  changes: z.coerce.bigint().nullable(),
  without_equality: z.array(z.string()),
})

/**
 * By what a table's rows are told apart when an UPDATE or DELETE is replicated.
 *
 * `reasonWithout` matters only for `none`. `changes` counts updated and deleted rows since the statistics began, null when
 * none were kept. `withoutEquality` names columns (`name type`) that a `full` identity cannot compare.
 */
export type ReplicaIdentity = z.infer<typeof replicaIdentityRow>

/** @returns a row per permanent ordinary table and leaf partition, by schema and name */
export async function readReplicaIdentities(session: Session): Promise<readonly ReplicaIdentity[]> {
  return session.rows(replicaIdentityRow, replicaIdentitiesSql)
}
