import { z } from 'zod'
import type { Queryable } from './state-database.ts'

const digestsRow = z.object({ channelId: z.string(), key: z.string(), digests: z.array(z.string()) })

/**
 * Tells what a message in Slack may look like at this moment: as it was posted last, or as it is being edited now.
 *
 * @returns null when no message of this migration stands at `ts`
 */
export async function findMessageDigests(
  state: Queryable,
  migrationId: string,
  ts: string,
): Promise<z.infer<typeof digestsRow> | null> {
  const { rows } = await state.query(
    `SELECT g.channel_id AS "channelId", m.key,
            array_remove(ARRAY[m.posted_digest, m.wanted_digest], NULL) AS digests
       FROM flytt.message AS m JOIN flytt.migration AS g ON g.id = m.migration_id
      WHERE m.migration_id = $1 AND m.ts = $2`,
    [migrationId, ts],
  )
  return rows[0] === undefined ? null : digestsRow.parse(rows[0])
}
