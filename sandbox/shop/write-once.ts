import pg from 'pg'
import type { Operation } from './operations.ts'
import type { Session } from './session.ts'
import { isInterruption, waitBeforeTry } from './session.ts'

/**
 * Writes once, however often the connection breaks on the way.
 *
 * @returns the port of the server that took it
 */
export async function writeOnce(session: Session, operation: Operation, signal: AbortSignal): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await session.use((client) => tryToWrite(client, operation), signal)
    } catch (error) {
      if (signal.aborted || !isInterruption(error)) throw error
      await waitBeforeTry(attempt, signal)
    }
  }
}

/** While `pending` is set a COMMIT was sent whose answer is not known: then it looks first whether the write is there. */
async function tryToWrite(client: pg.Client, operation: Operation): Promise<number> {
  const { expectation } = operation
  // The lock makes a retry wait for the end of a try whose connection broke but whose transaction lives on.
  const answers = (await client.query(
    `BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(${pg.escapeLiteral(operation.key)}, 0)), inet_server_port() AS port`,
  )) as unknown as pg.QueryResult<{ port: number }>[]
  let isCommitSent = false
  try {
    const isDone = expectation.pending !== undefined && (await operation.isApplied(client))
    if (!isDone) {
      expectation.pending = undefined
      await operation.apply(client)
    }
    expectation.pending = operation.outcome
    isCommitSent = true
    const commit = await client.query('COMMIT')
    if (commit.command !== 'COMMIT') throw new Error(`COMMIT was answered by ${commit.command}.`)
  } catch (error) {
    if (!isInterruption(error)) {
      // The server answered, so nothing is uncertain about this try.
      if (isCommitSent) expectation.pending = undefined
      await client.query('ROLLBACK')
    }
    throw error
  }
  expectation.acknowledged = operation.outcome
  expectation.pending = undefined
  operation.acknowledge()
  return answers[1]?.rows[0]?.port ?? 0
}
