import type { Session } from './connection.ts'
import { restoreStatement } from './restore.ts'
import type { RestoreStatement, StatementKind } from './restore-plan.ts'

/** A part of the second half whose statements may run side by side, or must not. */
export interface RestoreStep {
  readonly kind: 'build' | 'foreign-keys' | 'in-order'
  readonly statements: readonly RestoreStatement[]
}

const BUILDS: readonly StatementKind[] = ['index', 'key']
/** Properties of an index that was built a moment ago; they take stronger locks than building does. */
const AFTER_BUILDS: readonly StatementKind[] = ['mark', 'identity']

/**
 * Orders the statements that come after the rows: in the dump's order, but with neighbouring builds and neighbouring
 * foreign keys as one step each, what marks an index behind the builds, and comments last.
 *
 * Only neighbours are joined, because a view or function that needs a primary key stands in this half too, and an index
 * may be on it.
 *
 * @param statements - of planRestore; what is held back or done already is left out by the caller
 */
export function planPostData(statements: readonly RestoreStatement[]): RestoreStep[] {
  const steps: { kind: RestoreStep['kind']; statements: RestoreStatement[] }[] = []
  let marks: RestoreStatement[] = []
  const add = (kind: RestoreStep['kind'], statement: RestoreStatement) => {
    const last = steps.at(-1)
    if (last?.kind === kind) last.statements.push(statement)
    else steps.push({ kind, statements: [statement] })
  }
  const flushMarks = () => {
    for (const mark of marks) add('in-order', mark)
    marks = []
  }
  for (const statement of statements) {
    const { kind } = statement
    if (kind === 'comment') continue
    if (AFTER_BUILDS.includes(kind)) marks.push(statement)
    else if (BUILDS.includes(kind)) add('build', statement)
    else {
      flushMarks()
      add(kind === 'foreign-key' ? 'foreign-keys' : 'in-order', statement)
    }
  }
  flushMarks()
  for (const statement of statements) if (statement.kind === 'comment') add('in-order', statement)
  return steps
}

/** Who runs the statements and who is told. */
export interface RestoreRun {
  /** One session each; two statements run at a time when there are two. */
  readonly sessions: readonly [Session, ...Session[]]
  readonly migrationId: string
  /** Asked before each statement; true ends the run there, to be gone on with later. */
  readonly isOver: () => boolean
  readonly onStart: (statement: RestoreStatement) => Promise<void>
}

/**
 * Runs one step. Statements side by side never lock the same table, but for indexes, which share it.
 *
 * @returns false when `isOver` ended it early
 * @throws {FlyttError} `SCHEMA_RESTORE_FAILED`: the first one, when everything running has come to its end
 */
export async function runStep(step: RestoreStep, run: RestoreRun): Promise<boolean> {
  const { sessions, migrationId, isOver, onStart } = run
  const waiting = [...step.statements]
  const running = new Set<RestoreStatement>()
  let isStopped = false
  let wake: () => void = () => undefined
  const takeNext = (): RestoreStatement | undefined => {
    const index = waiting.findIndex((candidate) => ![...running].some((other) => conflict(candidate, other)))
    return index === -1 ? undefined : waiting.splice(index, 1)[0]
  }
  const work = async (session: Session): Promise<void> => {
    while (waiting.length > 0 && !isStopped) {
      if (isOver()) isStopped = true
      else {
        const next = takeNext()
        // Woken by the end of whatever it conflicts with.
        if (next === undefined) await new Promise<void>((resolve) => (wake = resolve))
        else {
          running.add(next)
          try {
            await onStart(next)
            // A setting is the session's, so it is set again in every run.
            if (next.kind === 'setting') await session.query(next.sql)
            else await restoreStatement(session, migrationId, next)
          } catch (error) {
            isStopped = true
            throw error
          } finally {
            running.delete(next)
            wake()
          }
        }
      }
    }
  }
  const workers = step.kind === 'in-order' ? sessions.slice(0, 1) : sessions
  const failed = (await Promise.allSettled(workers.map(work))).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  return waiting.length === 0
}

function conflict(one: RestoreStatement, other: RestoreStatement): boolean {
  if (one.kind === 'index' && other.kind === 'index') return false
  return one.tables.some((table) => other.tables.includes(table))
}
