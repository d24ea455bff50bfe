import { z } from 'zod'
import type { Queryable } from './state-database.ts'

const eventRow = z.object({
  kind: z.string(),
  userId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  at: z.date(),
})

/** Something that happened to a migration, and who decided it. */
export type MigrationEventRow = z.infer<typeof eventRow>

/** Adds one row to the event log; rows are never changed or removed. */
export async function addEvent(
  state: Queryable,
  event: {
    readonly migrationId: string | null
    readonly kind: string
    readonly userId?: string | null
    readonly detail?: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  await state.query('INSERT INTO flytt.event (migration_id, kind, user_id, detail) VALUES ($1, $2, $3, $4)', [
    event.migrationId,
    event.kind,
    event.userId ?? null,
    event.detail ?? {},
  ])
}

/** @returns the events of a migration, oldest first */
export async function readEvents(state: Queryable, migrationId: string): Promise<readonly MigrationEventRow[]> {
  const { rows } = await state.query(
    'SELECT kind, user_id AS "userId", detail, at FROM flytt.event WHERE migration_id = $1 ORDER BY id',
    [migrationId],
  )
  return rows.map((row) => eventRow.parse(row))
}

/**
 * Notes that a Slack event is being handled.
 *
 * @returns false when it was handled before: Slack delivers some events twice
 */
export async function claimEvent(state: Queryable, eventId: string): Promise<boolean> {
  const { rowCount } = await state.query('INSERT INTO flytt.seen_event (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [
    eventId,
  ])
  return rowCount === 1
}
