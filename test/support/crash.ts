import type { Database, Session } from '../../src/postgres/connection.ts'
import { query } from './database.ts'

/**
 * Gives a database whose sessions are ended by the server right before one of their statements, as a crash would.
 *
 * @param url - as superuser, of the same server
 * @param statement - which statement of all sessions together, from 1
 */
export function crashingDatabase(database: Database, url: string, statement: number): Database {
  let count = 0
  const wrap = (session: Session): Session => {
    const crashAtTurn = async () => {
      if (++count === statement) await query(url, 'SELECT pg_catalog.pg_terminate_backend($1, 5000)', [session.pid])
    }
    return {
      ...session,
      query: async (sql, values) => {
        await crashAtTurn()
        return session.query(sql, values)
      },
      rows: async (row, sql, values) => {
        await crashAtTurn()
        return session.rows(row, sql, values)
      },
    }
  }
  const open: Database['open'] = async (options) => wrap(await database.open(options))
  return {
    ...database,
    open,
    with: async (options, work) => {
      const session = await open(options)
      try {
        return await work(session)
      } finally {
        await session.end()
      }
    },
  }
}
