import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { quoteLiteral, quoteQualified } from './quote.ts'
import { loadSql } from './sql.ts'

const sequencesSql = loadSql('sequences')

const sequenceRow = z.object({ schema_name: z.string(), sequence_name: z.string() })

/** Where a sequence stands. `lastValue` is a bigint; `isCalled` false means that the next value is `lastValue` itself. */
export interface SequenceState {
  readonly schema: string
  readonly sequence: string
  readonly lastValue: bigint
  readonly isCalled: boolean
}

/**
 * Reads where every sequence stands, from the sequences themselves: the view `pg_sequences` shows NULL for one that was
 * set but not called, and so loses its value.
 *
 * @returns one state per sequence, by schema and name
 * @see https://www.postgresql.org/docs/current/functions-sequence.html
 */
export async function readSequences(session: Session): Promise<readonly SequenceState[]> {
  const names = await session.rows(sequenceRow, sequencesSql, [FLYTT_SCHEMA])
  if (names.length === 0) return []
  // One statement for all, since each round trip is write stop.
  const parts = names.map(
    ({ schema_name: schema, sequence_name: sequence }, index) =>
      `SELECT ${index} AS position, last_value::text AS last_value, is_called FROM ${quoteQualified(schema, sequence)}`,
  )
  const rows = await session.rows(
    z.object({ position: z.number(), last_value: z.string(), is_called: z.boolean() }),
    `${parts.join('\nUNION ALL\n')}\nORDER BY position`,
  )
  return rows.map(({ position, last_value: lastValue, is_called: isCalled }) => {
    const name = names[position]
    if (name === undefined)
      throw new FlyttError('INTERNAL', { context: { reason: 'a sequence vanished while it was read' } })
    return { schema: name.schema_name, sequence: name.sequence_name, lastValue: BigInt(lastValue), isCalled }
  })
}

/**
 * Sets every sequence of the session's database to the given states, and reads them back.
 *
 * `setval` is never rolled back: after an error some are set, which a second call mends.
 *
 * @throws {FlyttError} `SEQUENCES_DIFFER` when a sequence is missing or does not stand as it was set
 */
export async function setSequences(session: Session, states: readonly SequenceState[]): Promise<void> {
  if (states.length === 0) return
  await session.query(setSequencesSql(states))
  const found = new Map((await readSequences(session)).map((state) => [`${state.schema}.${state.sequence}`, state]))
  const wrong = states.filter((state) => {
    const now = found.get(`${state.schema}.${state.sequence}`)
    return now === undefined || now.lastValue !== state.lastValue || now.isCalled !== state.isCalled
  })
  if (wrong.length > 0) {
    throw new FlyttError('SEQUENCES_DIFFER', {
      context: { sequences: wrong.map(({ schema, sequence }) => `${schema}.${sequence}`).join(', ') },
    })
  }
}

/** See {@link setSequences}. */
export function setSequencesSql(states: readonly SequenceState[]): string {
  return states
    .map(
      ({ schema, sequence, lastValue, isCalled }) =>
        `SELECT pg_catalog.setval(${quoteLiteral(quoteQualified(schema, sequence))}::regclass, ${lastValue}, ${isCalled})`,
    )
    .join(';\n')
}
