import pg from 'pg'
import { query } from './database.ts'
import { pollUntil } from './servers.ts'

/** Something that holds Flytt up at one point until it is let go. */
export interface Hold {
  /** Resolves when somebody waits there. */
  readonly arrived: () => Promise<void>
  /** Lets whoever waits go on. */
  readonly release: () => Promise<void>
}

/** A hold at a row that is written: whoever waits may have died meanwhile. */
export interface InsertHold extends Hold {
  /** The row is not written: the session that waits is ended first. */
  readonly refuse: () => Promise<void>
}

/** Shorter than Flytt's own deadlines on a held statement. */
const ARRIVE_DEADLINE_MS = 60_000

let holdCount = 0

/**
 * Holds a row up that Flytt writes to its state database. The statement is with the server already, so that the row is
 * written when the hold is released, even if its writer was killed meanwhile: as a crash right after the write.
 *
 * @param when - SQL about NEW, for example `NEW.step = 'fence'`
 */
export async function holdInsert(stateUrl: string, table: string, when: string): Promise<InsertHold> {
  const key = 7_000_000 + holdCount++
  const name = `hold_${String(key)}`
  const holder = await connect(stateUrl)
  await holder.query(`SELECT pg_advisory_lock(${String(key)})`)
  await query(
    stateUrl,
    `SELECT pg_advisory_xact_lock(1);
     CREATE OR REPLACE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock(TG_ARGV[0]::bigint); RETURN NEW; END $$;
     CREATE TRIGGER ${name} BEFORE INSERT ON flytt.${table} FOR EACH ROW WHEN (${when})
       EXECUTE FUNCTION public.hold(${String(key)})`,
  )
  const waiting = () =>
    query<{ pid: number }>(
      stateUrl,
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
      [key],
    )
  // The trigger stays and waits for nobody any more: to drop it would wait for every other hold on the table.
  const release = () => holder.end()
  return {
    async arrived() {
      await pollUntil(async () => (await waiting()).length > 0, {
        describe: `${table} row with ${when} is written`,
        deadlineMs: ARRIVE_DEADLINE_MS,
      })
    },
    release,
    async refuse() {
      for (const { pid } of await waiting()) await query(stateUrl, 'SELECT pg_terminate_backend($1, 5000)', [pid])
      await release()
    },
  }
}

/** Locks a table of a migrated server, so that whoever needs it waits. */
export async function holdTable(url: string, table: string, mode: string): Promise<Hold> {
  const holder = await connect(url)
  await holder.query(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE`)
  const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return {
    async arrived() {
      await pollUntil(
        async () =>
          (await query(url, 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [rows[0]?.pid]))
            .length > 0,
        { describe: `somebody waits for ${table}`, deadlineMs: ARRIVE_DEADLINE_MS },
      )
    },
    release: () => holder.end(),
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
