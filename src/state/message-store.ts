import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Queryable } from './state-database.ts'

/** What shall stand in Slack: text, blocks and a key in the metadata, by which a lost answer is found again. */
const content = z.object({ text: z.string().min(1), blocks: z.array(z.unknown()).optional() })

const outstandingRow = z.object({
  id: z.coerce.number(),
  migrationId: z.string(),
  channelId: z.string(),
  key: z.string(),
  place: z.enum(['root', 'thread', 'broadcast', 'ephemeral']),
  userId: z.string().nullable(),
  wanted: content,
  wantedDigest: z.string(),
  postedDigest: z.string().nullable(),
  ts: z.string().nullable(),
  reactions: z.array(z.string()),
  attempts: z.number(),
  /** The root message's ts: where the thread hangs; null while the root is not posted. */
  threadTs: z.string().nullable(),
})

/** A message that does not stand in Slack as it should. */
export type OutstandingMessage = z.infer<typeof outstandingRow>

/** Where a recorded message goes. */
export type RecordedPlace = OutstandingMessage['place']

/** What a phase or a command says; recorded, not yet posted. */
export interface NewMessage {
  readonly migrationId: string
  readonly key: string
  readonly place: RecordedPlace
  readonly userId?: string | undefined
  readonly text: string
  readonly blocks?: readonly unknown[] | undefined
  readonly reactions?: readonly string[] | undefined
}

/**
 * Records a message.
 *
 * @param mode - `once`: a second one with the same key is ignored; `edit`: it replaces what was wanted before
 */
export async function recordMessage(state: Queryable, message: NewMessage, mode: 'once' | 'edit'): Promise<void> {
  const wanted = { text: message.text, ...(message.blocks === undefined ? {} : { blocks: message.blocks }) }
  const digest = createHash('sha256').update(JSON.stringify(wanted)).digest('hex')
  const onConflict =
    mode === 'once'
      ? 'DO NOTHING'
      : `DO UPDATE SET wanted = excluded.wanted, wanted_digest = excluded.wanted_digest
         WHERE message.wanted_digest <> excluded.wanted_digest`
  await state.query(
    `INSERT INTO flytt.message AS message (migration_id, key, place, user_id, wanted, wanted_digest, reactions)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (migration_id, key) ${onConflict}`,
    [
      message.migrationId,
      message.key,
      message.place,
      message.userId ?? null,
      JSON.stringify(wanted),
      digest,
      message.reactions ?? [],
    ],
  )
}

/**
 * Finds what the poster has to do now, oldest first within a migration; roots before everything.
 *
 * @param editEveryMs - a root that was edited less than this long ago is left alone for now; any other message for a second
 *   at most, since people wait for votes and a countdown to show
 */
export async function findOutstandingMessages(
  state: Queryable,
  editEveryMs: number,
  limit = 50,
): Promise<readonly OutstandingMessage[]> {
  const { rows } = await state.query(
    `SELECT m.id, m.migration_id AS "migrationId", g.channel_id AS "channelId", m.key, m.place, m.user_id AS "userId", m.wanted,
            m.wanted_digest AS "wantedDigest", m.posted_digest AS "postedDigest", m.ts, m.reactions, m.attempts,
            root.ts AS "threadTs"
       FROM flytt.message AS m
       JOIN flytt.migration AS g ON g.id = m.migration_id
       LEFT JOIN flytt.message AS root ON root.migration_id = m.migration_id AND root.place = 'root'
      WHERE m.refused IS NULL
        AND (m.posted_digest IS DISTINCT FROM m.wanted_digest OR m.reactions <> '{}')
        AND m.next_attempt_at <= clock_timestamp()
        AND (m.edited_at IS NULL OR m.edited_at <= clock_timestamp() - make_interval(secs => CASE WHEN m.place = 'root' THEN $1 ELSE least($1, 1000) END / 1000.0)
             OR m.posted_digest = m.wanted_digest)
        AND (m.place = 'root' OR root.ts IS NOT NULL)
      ORDER BY (m.place = 'root') DESC, m.id
      LIMIT $2`,
    [editEveryMs, limit],
  )
  return rows.map((row) => outstandingRow.parse(row))
}

/** Counts an attempt before Slack is called, so that a crash in between is seen as an attempt whose outcome is unknown. */
export async function countAttempt(state: Queryable, id: number): Promise<void> {
  await state.query('UPDATE flytt.message SET attempts = attempts + 1 WHERE id = $1', [id])
}

/** Notes that Slack shows the message with this digest. */
export async function markPosted(state: Queryable, id: number, ts: string | null, digest: string): Promise<void> {
  await state.query(
    `UPDATE flytt.message SET ts = coalesce($2, ts), posted_digest = $3, attempts = 0, edited_at = clock_timestamp() WHERE id = $1`,
    [id, ts, digest],
  )
}

/** Notes that the bot's hint reactions are below the message. */
export async function markReacted(state: Queryable, id: number): Promise<void> {
  await state.query(`UPDATE flytt.message SET reactions = '{}', attempts = 0 WHERE id = $1`, [id])
}

/** Puts the next attempt off. */
export async function postponeMessage(state: Queryable, id: number, delayMs: number): Promise<void> {
  await state.query(
    'UPDATE flytt.message SET next_attempt_at = clock_timestamp() + make_interval(secs => $2 / 1000.0) WHERE id = $1',
    [id, delayMs],
  )
}

/** Gives a message up, because Slack refuses it for good. */
export async function markRefused(state: Queryable, id: number, why: string): Promise<void> {
  await state.query('UPDATE flytt.message SET refused = $2 WHERE id = $1', [id, why])
}

/** @returns channel and ts of a posted message, or null while it is not posted */
export async function findPosted(
  state: Queryable,
  migrationId: string,
  key: string,
): Promise<{ channelId: string; ts: string } | null> {
  const { rows } = await state.query(
    `SELECT g.channel_id AS "channelId", m.ts FROM flytt.message AS m JOIN flytt.migration AS g ON g.id = m.migration_id
      WHERE m.migration_id = $1 AND m.key = $2 AND m.ts IS NOT NULL`,
    [migrationId, key],
  )
  return rows[0] === undefined ? null : z.object({ channelId: z.string(), ts: z.string() }).parse(rows[0])
}

/** @returns the migration whose message stands at this place in Slack, with the message's key, or null */
export async function findByTs(
  state: Queryable,
  channelId: string,
  ts: string,
): Promise<{ migrationId: string; key: string } | null> {
  const { rows } = await state.query(
    `SELECT m.migration_id AS "migrationId", m.key FROM flytt.message AS m JOIN flytt.migration AS g ON g.id = m.migration_id
      WHERE g.channel_id = $1 AND m.ts = $2`,
    [channelId, ts],
  )
  return rows[0] === undefined ? null : z.object({ migrationId: z.string(), key: z.string() }).parse(rows[0])
}
