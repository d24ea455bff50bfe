import { FlyttError } from '../src/errors.ts'
import type { ApprovalView } from '../src/migration/approval-view.ts'
import { predictWriteStopMs } from '../src/migration/estimate.ts'
import { objectNames } from '../src/migration/object-names.ts'
import { planDigest } from '../src/migration/plan-digest.ts'
import { judgeQuorum, NO_VOTES, type Quorum } from '../src/migration/quorum.ts'
import { verifiedFact } from '../src/migration/verified.ts'
import type { Session } from '../src/postgres/connection.ts'
import { measureLag } from '../src/postgres/heartbeat.ts'
import { readSchemaFingerprint } from '../src/postgres/schema-fingerprint.ts'
import { readSequences } from '../src/postgres/sequences.ts'
import { closeApproval, showApproval } from '../src/report/show-approval.ts'
import { schemaChanged } from '../src/slack/messages/schema-changed.ts'
import { uncountedVote } from '../src/slack/messages/uncounted-vote.ts'
import type { ApprovalRequest } from '../src/state/approval-store.ts'
import { SECOND_MS } from '../src/units.ts'
import type { Phase, PhaseContext, PhaseOutcome } from './phase.ts'

/** Slack's limits allow a look every 2 s; a reaction's event wakes the phase at once. */
const LOOK_AGAIN_MS = 2 * SECOND_MS

/**
 * Reads: votes, from Slack, at the moment of decision; lag and both schemas. A schema that is not the compared one any
 * more sends the migration back to verify, and the votes are void.
 * Changes: the thread; the source's heartbeat row.
 * Undone by: the request is closed and its message struck out.
 */
export const approval: Phase = {
  name: 'approval',
  check: () => Promise.resolve([]),

  async run(context) {
    const { source, target, signal } = context
    return source.with({ applicationName: 'flytt approval', signal }, (publisher) =>
      target.with({ applicationName: 'flytt approval', signal }, (subscriber) =>
        decide(context, publisher, subscriber),
      ),
    )
  },

  async undo(context) {
    const request = await context.record.approvals.find()
    if (request?.status !== 'open') return
    await closeApproval(context, request, 'closed')
  },
}

async function decide(context: PhaseContext, publisher: Session, subscriber: Session): Promise<PhaseOutcome> {
  const { migration, record, settings } = context
  const lag = await measureLag(publisher, subscriber, objectNames(migration.id).slot)
  await record.addLagSample(lag)
  const { view: base, changedSide } = await readView(context, publisher, subscriber, lag.replayMs ?? 0)
  if (changedSide !== null) return compareAgain(context, changedSide)
  const request = await currentRequest(context, base)
  const show = (quorum: Quorum, cutoverAt: Date | null, state: ApprovalView['state']) =>
    showApproval(context, request, {
      ...base,
      ...quorum,
      required: settings.approvals.required,
      expiresAt: request.expiresAt,
      cutoverAt,
      state,
    })
  const wait = async (quorum: Quorum, delayMs = LOOK_AGAIN_MS): Promise<PhaseOutcome> => {
    const { required } = settings.approvals
    await record.setProgress({
      kind: 'approval',
      votes: quorum.approvedBy.length,
      required,
      expiresAt: request.expiresAt.toISOString(),
      lag,
    })
    return { kind: 'wait', delayMs }
  }

  if (request.isExpired) {
    await record.approvals.end(request.id, 'expired')
    await show(NO_VOTES, null, 'expired')
    throw new FlyttError('APPROVAL_EXPIRED', { context: { name: migration.name } })
  }
  const posted = await context.thread.find(request.messageKey)
  if (posted === null) {
    await show(NO_VOTES, null, 'open')
    return wait(NO_VOTES)
  }
  const quorum = await readQuorum(context, request, posted.ts)
  const [vetoedBy] = quorum.vetoedBy
  if (vetoedBy !== undefined) {
    await record.approvals.end(request.id, 'vetoed')
    await show(quorum, null, 'vetoed')
    throw new FlyttError('APPROVAL_VETOED', { context: { userId: vetoedBy, name: migration.name } })
  }
  const { quorumAt, sinceMs } = await record.approvals.setQuorum(request.id, quorum.reached)
  if (quorumAt === null) {
    await show(quorum, null, 'open')
    return wait(quorum)
  }
  const leftMs = settings.approvals.countdown - sinceMs
  const isSmall = lag.lagBytes <= settings.policy.maxLag
  if (leftMs > 0 || !isSmall) {
    await show(quorum, new Date(quorumAt.getTime() + settings.approvals.countdown), 'open')
    return wait(quorum, Math.min(LOOK_AGAIN_MS, Math.max(leftMs, 200)))
  }
  await record.approvals.end(request.id, 'granted')
  await show(quorum, null, 'granted')
  await record.addEvent('approval-granted', {
    requestId: request.id,
    planDigest: request.planDigest,
    approvedBy: quorum.approvedBy,
  })
  return { kind: 'done' }
}

/** What was proved holds no more: the request is struck out, both sides are compared anew, then people are asked anew. */
async function compareAgain(context: PhaseContext, side: 'source' | 'target'): Promise<PhaseOutcome> {
  const { record, thread, migration } = context
  const request = await record.approvals.find()
  if (request?.status === 'open') await closeApproval(context, request, 'superseded')
  await thread.post(`schema-changed-${migration.run}`, schemaChanged({ side, hadRequest: request?.status === 'open' }))
  return { kind: 'back', phase: 'verify', error: new FlyttError('SCHEMA_CHANGED', { context: { side } }).report() }
}

/** The open request of this very plan; a request of another plan is struck out and a new one made, with no votes. */
async function currentRequest(context: PhaseContext, base: ViewBase): Promise<ApprovalRequest> {
  const { approvals } = context.record
  const found = await approvals.find()
  if (found?.status === 'open') {
    if (found.planDigest === base.planDigest && found.run === context.migration.run) return found
    await closeApproval(context, found, 'superseded')
  }
  return approvals.open({
    planDigest: base.planDigest,
    messageKey: `approval-${context.migration.run}-${base.planDigest.slice(0, 8)}`,
    expireAfterMs: context.settings.approvals.expireAfter,
  })
}

/** Reads the votes now, judges them, keeps what Slack said and explains to people why they were not counted. */
async function readQuorum(context: PhaseContext, request: ApprovalRequest, ts: string): Promise<Quorum> {
  const { migration, settings, thread, record } = context
  const reading = await thread.readBallots(ts)
  const judged = judgeQuorum(reading.voters, {
    required: settings.approvals.required,
    requesterUserId: migration.requesterUserId,
    entitled: reading.entitled,
  })
  const quorum = reading.messageIntact ? judged : { ...judged, reached: false }
  await record.approvals.addReading(request.id, quorum, reading.raw)
  for (const { userId, why } of quorum.excluded) {
    if (why === 'bot' || why === 'deactivated') continue
    await thread.post(
      `uncounted-${request.id}-${userId}-${why}`,
      uncountedVote({ userId, why, requesterUserId: migration.requesterUserId }),
      { onlyFor: userId },
    )
  }
  return quorum
}

type ViewBase = Omit<ApprovalView, 'approvedBy' | 'vetoedBy' | 'excluded' | 'expiresAt' | 'cutoverAt' | 'state'>

async function readView(
  context: PhaseContext,
  publisher: Session,
  subscriber: Session,
  markerMs: number,
): Promise<{ readonly view: ViewBase; readonly changedSide: 'source' | 'target' | null }> {
  const { migration, settings, source, target, switches, record } = context
  const verified = await record.fact('verified', verifiedFact)
  if (verified === null)
    throw new FlyttError('APPROVAL_MISSING', { context: { reason: 'the data was never compared' } })
  const begun = performance.now()
  const targetFingerprint = await readSchemaFingerprint(subscriber)
  const roundTripMs = performance.now() - begun
  const sourceFingerprint = await readSchemaFingerprint(publisher)
  const sequences = await readSequences(publisher)
  const sourceLabel = `${source.address}/${source.name}`
  const targetLabel = `${target.address}/${target.name}`
  const switchNames = switches.map(({ name }) => name)
  const { writeStopBudgetMs } = settings.policy
  const rowCount = verified.tables.reduce((sum, { rows }) => sum + BigInt(rows), 0n)
  const view: ViewBase = {
    migrationName: migration.name,
    requesterUserId: migration.requesterUserId,
    sourceLabel,
    targetLabel,
    planDigest: planDigest({
      migrationId: migration.id,
      requesterUserId: migration.requesterUserId,
      source: sourceLabel,
      target: targetLabel,
      switches: switchNames,
      writeStopBudgetMs,
      sourceFingerprint,
      targetFingerprint,
      verifiedAt: verified.at,
    }),
    proofs: [
      `${verified.tables.length} tables, ${rowCount.toLocaleString('en-US')} rows hash equal on both sides`,
      'Schemas of both sides are equal',
      `${sequences.length} sequences will be carried over exactly`,
    ],
    predictedWriteStopMs: predictWriteStopMs({
      markerMs,
      sequenceCount: sequences.length,
      switchCount: switches.length,
      roundTripMs: Math.min(roundTripMs, 5),
    }),
    writeStopBudgetMs,
    switches: switchNames,
    required: settings.approvals.required,
    entitled: { userIds: settings.approvals.approvers ?? null, userGroup: settings.approvals.userGroup ?? null },
  }
  if (sourceFingerprint !== verified.sourceFingerprint) return { view, changedSide: 'source' }
  return { view, changedSide: targetFingerprint === verified.targetFingerprint ? null : 'target' }
}
