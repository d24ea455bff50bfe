import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { quoteIdent } from './quote.ts'

/**
 * Makes Flytt's own schema on a migrated server, with what the copy and the cutover need: the heartbeat (one row that the
 * source's clock writes and replication carries) and the fence (which cutover may stop writes). Does nothing when it is there.
 *
 * Takes ACCESS EXCLUSIVE only on tables it has just made.
 *
 * @param replicationRole - the role whose initial table synchronization reads the heartbeat; null on the target
 */
export async function createFlyttSchema(session: Session, replicationRole: string | null): Promise<void> {
  await session.query(createFlyttSchemaSql(replicationRole))
}

/** See {@link createFlyttSchema}; one multi-statement text, so that it is one transaction. */
export function createFlyttSchemaSql(replicationRole: string | null): string {
  const statements = [
    `CREATE SCHEMA IF NOT EXISTS ${FLYTT_SCHEMA}`,
    `COMMENT ON SCHEMA ${FLYTT_SCHEMA} IS 'Made by Flytt for a migration; dropped at its end.'`,
    `CREATE TABLE IF NOT EXISTS ${FLYTT_SCHEMA}.heartbeat (
       id integer PRIMARY KEY CHECK (id = 1), beat bigint NOT NULL, at timestamptz NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS ${FLYTT_SCHEMA}.fence (
       id integer PRIMARY KEY CHECK (id = 1), epoch bigint NOT NULL, fenced boolean NOT NULL,
       connection_limit integer, read_only text)`,
    `INSERT INTO ${FLYTT_SCHEMA}.fence (id, epoch, fenced) VALUES (1, 0, false) ON CONFLICT DO NOTHING`,
  ]
  if (replicationRole !== null) {
    statements.push(
      // On the target the row arrives by replication.
      `INSERT INTO ${FLYTT_SCHEMA}.heartbeat (id, beat, at) VALUES (1, 0, clock_timestamp()) ON CONFLICT DO NOTHING`,
      `GRANT USAGE ON SCHEMA ${FLYTT_SCHEMA} TO ${quoteIdent(replicationRole)}`,
      `GRANT SELECT ON ${FLYTT_SCHEMA}.heartbeat TO ${quoteIdent(replicationRole)}`,
    )
  }
  return statements.join(';\n')
}

/** Drops Flytt's schema and everything in it; does nothing when it is not there. */
export async function dropFlyttSchema(session: Session): Promise<void> {
  await session.query(`DROP SCHEMA IF EXISTS ${FLYTT_SCHEMA} CASCADE`)
}

/**
 * Drops on the target what the copy made in Flytt's schema, so that a copy can begin anew: a heartbeat row that is there
 * already would be in the way of the one that arrives. The ledger of what was restored stays.
 */
export async function dropHeartbeat(session: Session): Promise<void> {
  await session.query(`DROP TABLE IF EXISTS ${FLYTT_SCHEMA}.heartbeat, ${FLYTT_SCHEMA}.fence`)
}
