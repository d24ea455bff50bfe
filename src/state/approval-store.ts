import { z } from 'zod'
import type { Migration } from '../migration/migration.ts'
import { APPROVE_REACTION, VETO_REACTION, type Quorum } from '../migration/quorum.ts'
import type { Queryable } from './state-database.ts'

const requestRow = z.object({
  id: z.coerce.number(),
  run: z.number(),
  planDigest: z.string(),
  messageKey: z.string(),
  expiresAt: z.date(),
  quorumAt: z.date().nullable(),
  status: z.enum(['open', 'granted', 'expired', 'vetoed', 'superseded', 'closed']),
  createdAt: z.date(),
  /** Whether it is past its expiry, by the state database's clock. */
  isExpired: z.boolean(),
})

/** One request for votes: bound to a plan, to one message and to an expiry. */
export type ApprovalRequest = z.infer<typeof requestRow>

const COLUMNS = `id, run, plan_digest AS "planDigest", message_key AS "messageKey", expires_at AS "expiresAt",
  quorum_at AS "quorumAt", status, created_at AS "createdAt", expires_at <= clock_timestamp() AS "isExpired"`

/** Opens a request for votes. @throws when one is open already (a database constraint) */
export async function openApprovalRequest(
  state: Queryable,
  migration: Migration,
  request: { readonly planDigest: string; readonly messageKey: string; readonly expireAfterMs: number },
): Promise<ApprovalRequest> {
  const { rows } = await state.query(
    `INSERT INTO flytt.approval_request (migration_id, run, plan_digest, message_key, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5 / 1000.0)) RETURNING ${COLUMNS}`,
    [migration.id, migration.run, request.planDigest, request.messageKey, request.expireAfterMs],
  )
  return requestRow.parse(rows[0])
}

/** @returns the newest request of a migration, whatever became of it, or null */
export async function findApprovalRequest(state: Queryable, migrationId: string): Promise<ApprovalRequest | null> {
  const { rows } = await state.query(
    `SELECT ${COLUMNS} FROM flytt.approval_request WHERE migration_id = $1 ORDER BY id DESC LIMIT 1`,
    [migrationId],
  )
  return rows[0] === undefined ? null : requestRow.parse(rows[0])
}

/** Ends a request, or notes its grant; an ended one stays as it is. */
export async function endApprovalRequest(
  state: Queryable,
  id: number,
  status: Exclude<ApprovalRequest['status'], 'open'>,
): Promise<void> {
  await state.query(`UPDATE flytt.approval_request SET status = $2 WHERE id = $1 AND status IN ('open', 'granted')`, [
    id,
    status,
  ])
}

/** Notes when the quorum was first seen, or that it is gone again. @returns the time that counts now, or null */
export async function setQuorum(
  state: Queryable,
  id: number,
  reached: boolean,
): Promise<{ quorumAt: Date | null; sinceMs: number }> {
  const { rows } = await state.query(
    `UPDATE flytt.approval_request
        SET quorum_at = CASE WHEN $2 THEN coalesce(quorum_at, clock_timestamp()) END
      WHERE id = $1
      RETURNING quorum_at AS "quorumAt",
        coalesce(EXTRACT(epoch FROM clock_timestamp() - quorum_at) * 1000, 0)::float8 AS "sinceMs"`,
    [id, reached],
  )
  return z.object({ quorumAt: z.date().nullable(), sinceMs: z.number() }).parse(rows[0])
}

/** Keeps what Slack answered, when the votes are not what they were at the last reading. */
export async function addVoteReading(
  state: Queryable,
  requestId: number,
  quorum: Quorum,
  raw: Readonly<Record<string, unknown>>,
): Promise<{ readonly isNew: boolean }> {
  const { rowCount } = await state.query(
    `INSERT INTO flytt.vote_reading (request_id, approved_by, vetoed_by, excluded, raw)
     SELECT $1, $2, $3, $4::jsonb, $5::jsonb
      WHERE NOT EXISTS (
        SELECT FROM (SELECT * FROM flytt.vote_reading WHERE request_id = $1 ORDER BY id DESC LIMIT 1) AS last
         WHERE last.approved_by = $2 AND last.vetoed_by = $3 AND last.excluded = $4::jsonb)`,
    [
      requestId,
      [...quorum.approvedBy].sort(),
      [...quorum.vetoedBy].sort(),
      JSON.stringify(quorum.excluded),
      JSON.stringify(raw),
    ],
  )
  return { isNew: rowCount === 1 }
}

/**
 * Looks whether somebody changed their mind while a cutover runs, by the events that arrived since its first journal entry.
 *
 * @param run - the cutover's run
 * @param approvedBy - whose votes the cutover rests on
 * @returns who took a counted vote back, or said no; null when nobody did
 */
export async function findWithdrawnVote(
  state: Queryable,
  migration: Pick<Migration, 'id' | 'run'>,
  request: ApprovalRequest,
  approvedBy: readonly string[],
): Promise<string | null> {
  const { rows } = await state.query(
    `SELECT user_id AS "userId" FROM (
       SELECT DISTINCT ON (user_id, detail->>'reaction') user_id, kind, detail->>'reaction' AS name, id
         FROM flytt.event
        WHERE migration_id = $1 AND kind IN ('reaction-added', 'reaction-removed')
          AND at >= (SELECT min(at) FROM flytt.journal WHERE migration_id = $1 AND run = $2)
          AND detail->>'key' = $3
        ORDER BY user_id, detail->>'reaction', id DESC) AS last
      WHERE (kind = 'reaction-removed' AND name = $4 AND user_id = ANY ($6)) OR (kind = 'reaction-added' AND name = $5)
      ORDER BY id LIMIT 1`,
    [migration.id, migration.run, request.messageKey, APPROVE_REACTION, VETO_REACTION, approvedBy],
  )
  return rows[0] === undefined ? null : z.object({ userId: z.string() }).parse(rows[0]).userId
}
