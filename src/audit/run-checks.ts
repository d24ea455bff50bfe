import { asFlyttError, FlyttError } from '../errors.ts'
import type { Finding } from '../migration/finding.ts'
import type { Session } from '../postgres/connection.ts'
import { redact } from '../secret.ts'
import { SECOND_MS } from '../units.ts'
import type { AuditCheck, AuditSubject } from './audit-check.ts'

/** A check that takes longer waits for something that will not come. */
export const CHECK_DEADLINE_MS = 15 * SECOND_MS
/** Before the check's deadline, so that the server says which statement was slow. */
const STATEMENT_TIMEOUT_MS = 10 * SECOND_MS
/** Sessions on each side; a session runs one statement at a time. */
const LANES = 3

/** One session on each side, for one check at a time. */
interface Lane {
  readonly source: Session
  readonly target: Session
  /** Ends both, statements included. */
  abandon(): void
  end(): Promise<void>
}

/**
 * Runs checks side by side, each with its deadline.
 *
 * A check that fails or takes too long gives a finding that says so, with the check's `whenUnknown` as verdict.
 *
 * @returns the findings in the order of `checks`, without secrets
 * @throws {FlyttError} `SERVER_UNREACHABLE`, `LOGIN_REFUSED` when a server cannot be reached at all
 */
export async function runChecks(
  checks: readonly AuditCheck[],
  subject: AuditSubject,
  options: { readonly signal: AbortSignal; readonly deadlineMs?: number },
): Promise<readonly Finding[]> {
  const { signal, deadlineMs = CHECK_DEADLINE_MS } = options
  const first = await openLane(subject, signal)
  const results = new Map<AuditCheck, readonly Finding[]>()
  const waiting = [...checks]
  const work = async (opened: Lane | null) => {
    let lane = opened
    try {
      for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
        try {
          lane ??= await openLane(subject, signal)
          results.set(check, await runCheck(check, lane, subject, signal, deadlineMs))
        } catch (error) {
          signal.throwIfAborted()
          results.set(check, [unknown(check, error)])
          // Whatever went wrong may have left a statement or a transaction behind.
          lane?.abandon()
          await lane?.end()
          lane = null
        }
      }
    } finally {
      await lane?.end()
    }
  }
  const lanes = [first, ...Array.from({ length: Math.min(LANES, checks.length) - 1 }, () => null)]
  const settled = await Promise.allSettled(lanes.map(work))
  signal.throwIfAborted()
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed) throw asFlyttError(failed.reason)
  return checks.flatMap((check) => results.get(check) ?? []).map(withoutSecrets)
}

async function runCheck(
  check: AuditCheck,
  lane: Lane,
  subject: AuditSubject,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<readonly Finding[]> {
  const over = new AbortController()
  const late = new FlyttError('AUDIT_CHECK_TIMED_OUT', { context: { check: check.name, deadlineMs } })
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      over.abort(late)
      reject(late)
    }, deadlineMs)
    signal.addEventListener(
      'abort',
      () => {
        reject(asFlyttError(signal.reason))
      },
      { once: true, signal: over.signal },
    )
  })
  const running = check.run({
    ...subject,
    source: lane.source,
    target: lane.target,
    signal: AbortSignal.any([signal, over.signal]),
  })
  try {
    const findings = await Promise.race([running, deadline])
    if (findings.length > 0) return findings
    throw new FlyttError('INTERNAL', { context: { reason: `the check ${check.name} said nothing` } })
  } finally {
    clearTimeout(timer)
    over.abort(late)
    // The loser of the race may still reject, and nobody would listen.
    running.catch(() => undefined)
    deadline.catch(() => undefined)
  }
}

async function openLane(subject: AuditSubject, signal: AbortSignal): Promise<Lane> {
  const abandoned = new AbortController()
  const options = {
    applicationName: 'flytt audit',
    readOnly: true,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    signal: AbortSignal.any([signal, abandoned.signal]),
  }
  const opening = [subject.sourceDatabase.open(options), subject.targetDatabase.open(options)] as const
  const [source, target] = await Promise.allSettled(opening)
  if (source.status === 'fulfilled' && target.status === 'fulfilled') {
    const sessions = [source.value, target.value]
    return {
      source: source.value,
      target: target.value,
      abandon: () => {
        abandoned.abort(
          new FlyttError('CONNECTION_LOST', { context: { side: 'audit', reason: 'the check was given up' } }),
        )
      },
      end: async () => {
        await Promise.all(sessions.map((session) => session.end()))
      },
    }
  }
  for (const side of [source, target]) if (side.status === 'fulfilled') await side.value.end()
  for (const side of [source, target]) if (side.status === 'rejected') throw asFlyttError(side.reason)
  throw new FlyttError('INTERNAL', { context: { reason: 'no server was opened' } })
}

function unknown(check: AuditCheck, error: unknown): Finding {
  const { code, message, remedy } = asFlyttError(error)
  return {
    check: check.name,
    verdict: check.whenUnknown,
    summary: `Could not check this, because: ${message} (${code})`,
    remedy,
  }
}

function withoutSecrets(finding: Finding): Finding {
  return {
    ...finding,
    summary: redact(finding.summary),
    remedy: finding.remedy === null ? null : redact(finding.remedy),
  }
}
