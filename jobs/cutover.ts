import { asFlyttError, FlyttError, type ErrorReport } from '../src/errors.ts'
import type { CutoverStep, CutoverTimeline } from '../src/migration/cutover-timeline.ts'
import { judgeQuorum } from '../src/migration/quorum.ts'
import { closeApproval } from '../src/report/show-approval.ts'
import { cutoverReopened } from '../src/slack/messages/cutover-reopened.ts'
import { cutoverReport } from '../src/slack/messages/cutover-report.ts'
import { cutoverStarted } from '../src/slack/messages/cutover-started.ts'
import type { JournalEntry } from '../src/state/migration-record.ts'
import { SECOND_MS } from '../src/units.ts'
import { openWriteStop, reopenSource, sendToTarget, takeBackPause, type WriteStop } from '../src/cutover/write-stop.ts'
import { readApplicationEndpoint } from '../src/cutover/application-endpoint.ts'
import type { Phase, PhaseContext, PhaseOutcome } from './phase.ts'

/** The journal entry after which there is no way back: the switches are being pointed at the target. */
const SWITCH = 'switch'
/**
 * An answer that was longer under way may come from before this process was stopped and another one took over; nobody can
 * take over sooner than that (src/state/migration-lock.ts).
 */
const FRESH_MS = SECOND_MS
/** The journal entry that says the source was reopened. */
const REOPEN = 'reopen'

/**
 * Reads: everything again, the votes included.
 * Changes: the switches, the fence on the source, sequences and held-back triggers on the target.
 * Undone by: the fence is lifted and the switches resume, until the point of no return; after it, only forward.
 */
export const cutover: Phase = {
  name: 'cutover',
  mustEnd: true,
  check: () => Promise.resolve([]),

  async run(context) {
    const journal = await context.record.readJournal()
    const last = journal.at(-1)
    if (last === undefined) return cutOver(context)
    // A worker died in the middle: the journal says on which side of the point of no return.
    if (journal.some(({ step }) => step === SWITCH)) return finishSwitch(context, journal)
    const error = new FlyttError('CUTOVER_INTERRUPTED', {
      context: { step: journal.findLast(({ step }) => step !== REOPEN)?.step ?? last.step },
    })
    return goBack(context, error, { steps: [], writeStopMs: null })
  },

  async undo(context) {
    await reopenSource(context)
  },
}

async function cutOver(context: PhaseContext): Promise<PhaseOutcome> {
  const { record, settings, thread, migration, signal } = context
  const clock = startTimeline()
  let budget: AbortController | null = null
  let stop: WriteStop | null = null
  let step = 'recheck'
  let switching = false
  let pausing = false as boolean

  /** Journals a step, does it, and notes how long it took. */
  const take = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    step = name
    budget?.signal.throwIfAborted()
    let asked: number
    do {
      asked = performance.now()
      await record.journal(name)
    } while (performance.now() - asked > FRESH_MS)
    if (name === 'pause') pausing = true
    return clock.measure(name, work)
  }

  try {
    const approvedBy = await take('recheck', () => requireApproval(context))
    await thread.post(`cutover-started-${migration.run}`, cutoverStarted({ approvedBy }))
    budget = new AbortController()
    const guard = AbortSignal.any([signal, budget.signal])
    // Everything that can be opened and read before the write stop is.
    const open = (stop = await take('prepare', () => openWriteStop(context, guard)))
    const endpoint = readApplicationEndpoint(settings.target.applicationUrl)
    const alarm = setTimeout(
      () =>
        budget?.abort(
          new FlyttError('WRITE_STOP_OVER_BUDGET', { context: { budgetMs: settings.policy.writeStopBudgetMs } }),
        ),
      settings.policy.writeStopBudgetMs,
    )
    try {
      clock.startWriteStop()
      await take('pause', () => open.pauseSwitches())
      await take('fence', () => open.fenceSource())
      await take('drain', () => open.drain())
      await take('prove', () => open.proveNothingLeft())
      await take('sequences', () => open.carrySequences())
      await take('triggers', () => open.enableHeldBack())
      await take('test-write', () => open.testApplication())
      await requireVotesStand(context, approvedBy)
      budget.signal.throwIfAborted()
      step = SWITCH
      // From here on it only goes forward: the write below fails when anybody stopped or took the migration over before.
      await record.journalSwitch(SWITCH)
      switching = true
      clearTimeout(alarm)
      await clock.measure(SWITCH, () => sendToTarget(context, endpoint))
      clock.endWriteStop()
    } finally {
      clearTimeout(alarm)
    }
    const timeline = clock.read()
    await announce(context, timeline, open.proofs, approvedBy)
    return { kind: 'done' }
  } catch (thrown) {
    const error = asFlyttError(budget?.signal.aborted === true ? budget.signal.reason : thrown)
    // Whether the switch was journaled is not known when the answer is lost: the next run reads it in the journal.
    if (switching || (step === SWITCH && error.code !== 'OWNERSHIP_LOST')) throw thrown
    // Opened first and journaled after: the fence itself refuses a worker that was taken over from.
    await stop?.end()
    try {
      await reopenSource(context)
    } catch (failure) {
      if (pausing && asFlyttError(failure).code === 'OWNERSHIP_LOST') await takeBackPause(context.switches)
      throw failure
    }
    signal.throwIfAborted()
    if (error.code === 'OWNERSHIP_LOST') throw thrown
    return await goBack(
      context,
      new FlyttError('CUTOVER_REOPENED', {
        context: { step, reason: error.message, stoppedMs: Math.round(clock.stoppedMs()) },
        remedy: `${error.remedy} Nothing was switched; Flytt is back in catch-up and asks for approval again.`,
        cause: thrown,
      }),
      clock.read(),
    )
  } finally {
    await stop?.end()
  }
}

/** Reopens the source, says so, and sends the migration back to catch-up. */
async function goBack(context: PhaseContext, error: FlyttError, timeline: CutoverTimeline): Promise<PhaseOutcome> {
  const { record, thread, migration } = context
  await reopenSource(context)
  await record.journal(REOPEN)
  const request = await record.approvals.find()
  if (request?.status === 'granted') await closeApproval(context, request, 'closed')
  await record.addEvent('cutover-reopened', { ...error.report(), timeline })
  const report: ErrorReport = error.report()
  await thread.post(`cutover-reopened-${migration.run}`, cutoverReopened({ error: report, timeline }), 'broadcast')
  return { kind: 'back', phase: 'catch-up', error: report }
}

/** After the point of no return: whatever the dead worker had not done yet. */
async function finishSwitch(context: PhaseContext, journal: readonly JournalEntry[]): Promise<PhaseOutcome> {
  const { record, settings } = context
  await record.journalSwitch('switch-again')
  await sendToTarget(context, readApplicationEndpoint(settings.target.applicationUrl))
  const begun = journal.find(({ step }) => step === 'pause')?.at
  const timeline: CutoverTimeline = {
    steps: [],
    writeStopMs: begun === undefined ? null : Date.now() - begun.getTime(),
  }
  await announce(context, timeline, [], [])
  return { kind: 'done' }
}

async function announce(
  context: PhaseContext,
  timeline: CutoverTimeline,
  proofs: readonly string[],
  approvedBy: readonly string[],
): Promise<void> {
  const { record, thread, migration, target } = context
  await record.setFact('cutover', { timeline, approvedBy })
  await record.setProgress({ kind: 'cutover', timeline })
  await record.addEvent('switched', { timeline, approvedBy })
  const targetLabel = `${target.address}/${target.name}`
  await thread.post(
    `cutover-${migration.run}`,
    cutoverReport({ timeline, targetLabel, proofs: [...proofs] }),
    'broadcast',
  )
}

/**
 * The votes once more, from Slack, before anything stops.
 *
 * @returns who approved
 * @throws {FlyttError} `APPROVAL_MISSING`
 */
async function requireApproval({ record, thread, settings, migration }: PhaseContext): Promise<readonly string[]> {
  const missing = (reason: string) => new FlyttError('APPROVAL_MISSING', { context: { reason } })
  const request = await record.approvals.find()
  if (request?.status !== 'granted') throw missing('no request was granted')
  if (request.isExpired) throw missing('the request has expired')
  const posted = await thread.find(request.messageKey)
  if (posted === null) throw missing('its message is not in the thread')
  const reading = await thread.readBallots(posted.ts)
  if (!reading.messageIntact) throw missing('its message was changed')
  const quorum = judgeQuorum(reading.voters, {
    required: settings.approvals.required,
    requesterUserId: migration.requesterUserId,
    entitled: reading.entitled,
  })
  await record.approvals.addReading(request.id, quorum, reading.raw)
  if (quorum.vetoedBy[0] !== undefined) throw missing(`<@${quorum.vetoedBy[0]}> vetoed it`)
  if (!quorum.reached) throw missing(`only ${quorum.approvedBy.length} of ${quorum.required} votes are left`)
  return quorum.approvedBy
}

/** By the events that arrived meanwhile: Slack is not asked within the write stop. */
async function requireVotesStand({ record }: PhaseContext, approvedBy: readonly string[]): Promise<void> {
  const request = await record.approvals.find()
  const withdrawnBy = request === null ? null : await record.approvals.findWithdrawn(request, approvedBy)
  if (withdrawnBy !== null)
    throw new FlyttError('APPROVAL_MISSING', { context: { reason: `<@${withdrawnBy}> took it back` } })
}

/** Times the steps against the beginning of the write stop. */
function startTimeline() {
  const begun = performance.now()
  const steps: { step: string; from: number; to: number }[] = []
  let stopFrom: number | null = null
  let stopTo: number | null = null
  return {
    async measure<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
      const from = performance.now()
      try {
        return await work()
      } finally {
        steps.push({ step, from, to: performance.now() })
      }
    },
    startWriteStop() {
      stopFrom = performance.now()
    },
    endWriteStop() {
      stopTo = performance.now()
    },
    stoppedMs: () => (stopFrom === null ? 0 : (stopTo ?? performance.now()) - stopFrom),
    read(): CutoverTimeline {
      const zero = stopFrom ?? begun
      return {
        steps: steps.map(({ step, from, to }): CutoverStep => ({
          step,
          atMs: Math.round(from - zero),
          tookMs: Math.round(to - from),
        })),
        writeStopMs: stopFrom === null || stopTo === null ? null : Math.round(stopTo - stopFrom),
      }
    },
  }
}
