import type { ErrorReport } from '../../../../src/errors.ts'
import type { ApprovalView } from '../../../../src/migration/approval-view.ts'
import type { CutoverTimeline } from '../../../../src/migration/cutover-timeline.ts'
import type { Lag } from '../../../../src/migration/lag.ts'
import type { Migration } from '../../../../src/migration/migration.ts'
import type { PhaseProgress, TableProgress } from '../../../../src/migration/progress.ts'
import type { Message } from '../../../../src/slack/message.ts'
import { approvalRequest } from '../../../../src/slack/messages/approval-request.ts'
import { auditReport } from '../../../../src/slack/messages/audit-report.ts'
import { commandDone } from '../../../../src/slack/messages/command-done.ts'
import { copyLine } from '../../../../src/slack/messages/copy-line.ts'
import { cutoverReopened } from '../../../../src/slack/messages/cutover-reopened.ts'
import { cutoverReport } from '../../../../src/slack/messages/cutover-report.ts'
import { cutoverStarted } from '../../../../src/slack/messages/cutover-started.ts'
import { errorAnswer } from '../../../../src/slack/messages/error-answer.ts'
import { helpText } from '../../../../src/slack/messages/help-text.ts'
import { lagLine } from '../../../../src/slack/messages/lag-line.ts'
import { migrationAborted } from '../../../../src/slack/messages/migration-aborted.ts'
import { migrationAborting } from '../../../../src/slack/messages/migration-aborting.ts'
import { migrationFailed } from '../../../../src/slack/messages/migration-failed.ts'
import { migrationFinished } from '../../../../src/slack/messages/migration-finished.ts'
import { migrationList } from '../../../../src/slack/messages/migration-list.ts'
import { migrationPaused } from '../../../../src/slack/messages/migration-paused.ts'
import { migrationResumed } from '../../../../src/slack/messages/migration-resumed.ts'
import { migrationRetried } from '../../../../src/slack/messages/migration-retried.ts'
import { phaseDone } from '../../../../src/slack/messages/phase-done.ts'
import { phaseTrouble } from '../../../../src/slack/messages/phase-trouble.ts'
import { phaseUndone } from '../../../../src/slack/messages/phase-undone.ts'
import { rootMessage, type RootView } from '../../../../src/slack/messages/root-message.ts'
import { startChoices } from '../../../../src/slack/messages/start-choices.ts'
import { statusReport } from '../../../../src/slack/messages/status-report.ts'
import { uncountedVote } from '../../../../src/slack/messages/uncounted-vote.ts'
import { verifyReport } from '../../../../src/slack/messages/verify-report.ts'

const AT = new Date('2026-03-01T10:15:00Z')

/** What a hostile database or person could put into a name: a mention, a link, code, emphasis, turned text. */
export const HOSTILE = 'a`<!channel> <@U1|x> <https://evil.example|click> &lt; *b* ~c~ _d_ \u202Etxet `'

export function aMigration(changes: Partial<Migration> = {}): Migration {
  return {
    id: 'shop-3',
    name: 'shop',
    requesterUserId: 'U0OPERATOR',
    channelId: 'C0MIGRATE',
    status: 'running',
    phase: 'copy',
    run: 3,
    epoch: 5,
    switchedAt: null,
    error: null,
    createdAt: AT,
    updatedAt: AT,
    finishedAt: null,
    ...changes,
  }
}

const lag: Lag = { lagBytes: 12_345, replayMs: 310, retainedBytes: 16 * 1024 ** 2, measuredAt: AT }

export const ERROR: ErrorReport = {
  code: 'DATABASE_FAILED',
  message: 'PostgreSQL on the target refused a statement (42501): permission denied for schema public',
  remedy: 'Read the reason, mend it on the server, then run `/migrate retry shop`.',
}

export const HOSTILE_ERROR: ErrorReport = { code: 'DATABASE_FAILED', message: HOSTILE, remedy: HOSTILE }

function tables(count: number, name = 'public.orders'): TableProgress[] {
  return Array.from({ length: count }, (_, index) => ({
    table: `${name}_${String(index + 1)}`,
    state: index < 2 ? 'copied' : index < 9 ? 'copying' : 'pending',
    bytesTotal: 1024 ** 3,
    rowsCopied: 1000,
    rowsEstimated: 2000,
  }))
}

export const timeline: CutoverTimeline = {
  writeStopMs: 138,
  steps: [
    { step: 'prepare', atMs: -210, tookMs: 180 },
    { step: 'pause', atMs: 0, tookMs: 12 },
    { step: 'fence', atMs: 12, tookMs: 31 },
    { step: 'drain', atMs: 43, tookMs: 60 },
    { step: 'switch', atMs: 103, tookMs: 35 },
  ],
}

export const copyProgress: PhaseProgress = {
  kind: 'copy',
  tables: tables(14),
  bytesTotal: 14 * 1024 ** 3,
  bytesCopied: 6 * 1024 ** 3,
  etaMs: 130_000,
}

export function aRootView(changes: Partial<RootView> = {}): RootView {
  return {
    migration: aMigration(),
    sourceLabel: 'old.example:5432/shop',
    targetLabel: 'new.example:5432/shop',
    progress: copyProgress,
    writeStopMs: null,
    ...changes,
  }
}

export function anApproval(changes: Partial<ApprovalView> = {}): ApprovalView {
  return {
    migrationName: 'shop',
    requesterUserId: 'U0OPERATOR',
    sourceLabel: 'old.example:5432/shop',
    targetLabel: 'new.example:5432/shop',
    planDigest: '3fa9c1d27788aabbccdd',
    proofs: ['14 tables, 312,004 rows hash equal on both sides', 'Schemas of both sides are equal'],
    predictedWriteStopMs: 140,
    writeStopBudgetMs: 5000,
    switches: ['pgbouncer shop'],
    required: 2,
    entitled: { userIds: ['U0ADA', 'U0BJORN', 'U0CHEN'], userGroup: null },
    approvedBy: [],
    vetoedBy: [],
    excluded: [],
    expiresAt: AT,
    cutoverAt: null,
    state: 'open',
    ...changes,
  }
}

const noRows = { rows: 0n, equal: true, detail: null }

/** One or more of every message, as people see them in ordinary life. */
export const EXAMPLES: Readonly<Record<string, Message>> = {
  'approval asked': approvalRequest(anApproval()),
  'approval half way, with somebody who does not count': approvalRequest(
    anApproval({
      approvedBy: ['U0ADA'],
      excluded: [
        { userId: 'U0GUEST', why: 'guest' },
        { userId: 'U0OPERATOR', why: 'requester' },
      ],
    }),
  ),
  'approval reached, counting down': approvalRequest(
    anApproval({ approvedBy: ['U0ADA', 'U0BJORN'], cutoverAt: new Date(AT.getTime() + 10_000) }),
  ),
  'approval of anybody': approvalRequest(
    anApproval({ entitled: { userIds: null, userGroup: null }, predictedWriteStopMs: null, proofs: [], switches: [] }),
  ),
  'approval of a group': approvalRequest(anApproval({ entitled: { userIds: ['U0ADA'], userGroup: 'S0DBA' } })),
  'approval granted': approvalRequest(anApproval({ state: 'granted', approvedBy: ['U0ADA', 'U0BJORN'] })),
  'approval vetoed': approvalRequest(anApproval({ state: 'vetoed', vetoedBy: ['U0CHEN'], approvedBy: ['U0ADA'] })),
  'approval expired': approvalRequest(anApproval({ state: 'expired' })),
  'approval superseded': approvalRequest(anApproval({ state: 'superseded' })),
  'approval closed': approvalRequest(anApproval({ state: 'closed' })),
  'audit fine': auditReport({
    name: 'shop',
    findings: [
      { check: 'wal-level', verdict: 'ok', summary: 'wal_level is logical', remedy: null },
      { check: 'slots', verdict: 'info', summary: '2 of 10 slots are in use', remedy: null },
    ],
    tookMs: 812,
  }),
  'audit blocked': auditReport({
    name: 'shop',
    findings: [
      { check: 'wal-level', verdict: 'ok', summary: 'wal_level is logical', remedy: null },
      {
        check: 'replica-identity',
        verdict: 'block',
        summary: 'public.audit_log gets updates and has no replica identity',
        remedy: 'ALTER TABLE public.audit_log REPLICA IDENTITY FULL;',
      },
      {
        check: 'long-transactions',
        verdict: 'warn',
        summary: 'a transaction is open for 12 min',
        remedy: 'End it, or wait: `SELECT pg_terminate_backend(4711)`.',
      },
    ],
    tookMs: 812,
  }),
  'copy line': copyLine({ tables: tables(14), bytesTotal: 1e10, bytesCopied: 4.2e9, etaMs: 130_000, tookMs: 90_000 }),
  'copy line at the very start': copyLine({ tables: [], bytesTotal: 0, bytesCopied: 0, etaMs: null, tookMs: 200 }),
  'cutover reopened': cutoverReopened({ error: ERROR, timeline }),
  'cutover report': cutoverReport({
    timeline,
    targetLabel: 'new.example:5432/shop',
    proofs: ['The slot held nothing back', '9 sequences carried over'],
  }),
  'cutover started': cutoverStarted({ approvedBy: ['U0ADA', 'U0BJORN'] }),
  'error answer': errorAnswer(ERROR),
  help: helpText({ subcommands: [{ usage: 'start <name>', summary: 'Begins.' }], names: ['shop'] }),
  'lag line': lagLine({ lag, maxLagBytes: 1024 ** 2, maxReplayMs: 1000, stableMs: 20_000, neededMs: 30_000 }),
  'lag line, too much': lagLine({
    lag: { ...lag, lagBytes: 9e8, replayMs: null },
    maxLagBytes: 1024 ** 2,
    maxReplayMs: 1000,
    stableMs: 0,
    neededMs: 30_000,
  }),
  list: migrationList({
    migrations: [aMigration(), aMigration({ id: 'crm-1', name: 'crm', status: 'finished', finishedAt: AT })],
    notStarted: ['blog'],
  }),
  'list of nothing': migrationList({ migrations: [], notStarted: [] }),
  'migration aborted': migrationAborted({ migration: aMigration({ status: 'aborted' }), tookMs: 62_000 }),
  'migration aborting': migrationAborting({ userId: 'U0OPERATOR' }),
  'migration failed': migrationFailed({ migration: aMigration({ status: 'failed', error: ERROR }), error: ERROR }),
  'migration finished': migrationFinished({
    migration: aMigration({ status: 'finished' }),
    writeStopMs: 138,
    tookMs: 4_000_000,
    leftOnSource: ['the database shop as it was at the cutover'],
  }),
  'migration paused': migrationPaused({ userId: 'U0OPERATOR' }),
  'migration resumed': migrationResumed({ userId: 'U0OPERATOR' }),
  'migration retried': migrationRetried({ userId: 'U0OPERATOR' }),
  'phase done': phaseDone({ phase: 'schema', tookMs: 2100, next: 'copy' }),
  'phase done with a note': phaseDone({ phase: 'finish', tookMs: 900, next: null, note: 'All slots are gone.' }),
  'phase trouble': phaseTrouble({ phase: 'copy', error: ERROR }),
  'phase undone': phaseUndone({ phase: 'copy', tookMs: 90 }),
  'root copying': rootMessage(aRootView()),
  'root waiting for approval': rootMessage(
    aRootView({
      migration: aMigration({ phase: 'approval' }),
      progress: { kind: 'approval', votes: 1, required: 2, expiresAt: AT.toISOString(), lag },
    }),
  ),
  'root catching up': rootMessage(
    aRootView({
      migration: aMigration({ phase: 'catch-up' }),
      progress: { kind: 'catch-up', lag, stableMs: 20_000, neededMs: 30_000 },
    }),
  ),
  'root building indexes': rootMessage(
    aRootView({
      migration: aMigration({ phase: 'indexes' }),
      progress: { kind: 'indexes', done: 12, total: 30, current: 'orders_pkey' },
    }),
  ),
  'root verifying': rootMessage(
    aRootView({
      migration: aMigration({ phase: 'verify' }),
      progress: { kind: 'verify', tablesDone: 5, tablesTotal: 14 },
    }),
  ),
  'root cutting over': rootMessage(
    aRootView({ migration: aMigration({ phase: 'cutover' }), progress: { kind: 'cutover', timeline } }),
  ),
  'root just begun': rootMessage(aRootView({ migration: aMigration({ phase: 'audit', run: 1 }), progress: null })),
  'root paused': rootMessage(aRootView({ migration: aMigration({ status: 'paused' }) })),
  'root failed': rootMessage(aRootView({ migration: aMigration({ status: 'failed', phase: 'schema', error: ERROR }) })),
  'root aborting': rootMessage(aRootView({ migration: aMigration({ status: 'aborting' }) })),
  'root abort failed': rootMessage(aRootView({ migration: aMigration({ status: 'abort-failed', error: ERROR }) })),
  'root aborted': rootMessage(aRootView({ migration: aMigration({ status: 'aborted', phase: 'audit' }) })),
  'root cleaning up': rootMessage(
    aRootView({
      migration: aMigration({ phase: 'finish', switchedAt: AT }),
      progress: { kind: 'note', text: 'Dropping the slot' },
      writeStopMs: 138,
    }),
  ),
  'root finished': rootMessage(
    aRootView({ migration: aMigration({ status: 'finished', phase: 'finish', switchedAt: AT }), writeStopMs: 138 }),
  ),
  'start choices': startChoices({
    choices: [
      { name: 'shop', sourceLabel: 'a:5432/shop', targetLabel: 'b:5432/shop', newest: aMigration() },
      { name: 'crm', sourceLabel: 'a:5432/crm', targetLabel: 'b:5432/crm', newest: null },
    ],
  }),
  'start choices, none': startChoices({ choices: [] }),
  'status report': statusReport({
    ...aRootView(),
    phases: [
      { phase: 'audit', tookMs: 900 },
      { phase: 'schema', tookMs: 2100 },
    ],
  }),
  'start done': commandDone({ command: 'start', migration: aMigration() }),
  'pause done': commandDone({ command: 'pause', migration: aMigration() }),
  'resume done': commandDone({ command: 'resume', migration: aMigration() }),
  'retry done': commandDone({ command: 'retry', migration: aMigration() }),
  'abort done': commandDone({ command: 'abort', migration: aMigration() }),
  'uncounted vote of the requester': uncountedVote({
    userId: 'U0OPERATOR',
    why: 'requester',
    requesterUserId: 'U0OPERATOR',
  }),
  'uncounted vote of a guest': uncountedVote({ userId: 'U0GUEST', why: 'guest', requesterUserId: 'U0OPERATOR' }),
  'uncounted vote of an outsider': uncountedVote({
    userId: 'U0CHEN',
    why: 'not-entitled',
    requesterUserId: 'U0OPERATOR',
  }),
  'verify equal': verifyReport({
    tables: [
      { table: 'public.orders', ...noRows, rows: 120_000n },
      { table: 'public.customers', ...noRows, rows: 5_000n },
    ],
    rounds: 1,
    tookMs: 3200,
  }),
  'verify different': verifyReport({
    tables: [
      { table: 'public.orders', rows: 120_000n, equal: false, detail: '3 rows differ' },
      { table: 'public.customers', ...noRows, rows: 5_000n },
    ],
    rounds: 3,
    tookMs: 3200,
  }),
}

const manyFindings = Array.from({ length: 90 }, (_, index) => ({
  check: `check-${String(index)}`,
  verdict: 'block' as const,
  summary: `${HOSTILE}${'&'.repeat(3000)}`,
  remedy: HOSTILE.repeat(40),
}))

/** Messages of hostile or enormous input. */
export const HOSTILE_EXAMPLES: Readonly<Record<string, Message>> = {
  approval: approvalRequest(
    anApproval({
      sourceLabel: HOSTILE,
      targetLabel: HOSTILE,
      proofs: Array.from({ length: 200 }, () => HOSTILE),
      switches: [HOSTILE],
      planDigest: HOSTILE,
      entitled: { userIds: Array.from({ length: 500 }, (_, index) => `U0PERSON${String(index)}`), userGroup: HOSTILE },
      approvedBy: Array.from({ length: 300 }, (_, index) => `U0VOTER${String(index)}`),
      excluded: Array.from({ length: 300 }, (_, index) => ({
        userId: `U0OTHER${String(index)}`,
        why: 'guest' as const,
      })),
    }),
  ),
  'audit report': auditReport({ name: 'shop', findings: manyFindings, tookMs: 1 }),
  'audit report, all fine': auditReport({
    name: 'shop',
    findings: manyFindings.map((finding) => ({ ...finding, verdict: 'ok' as const })),
    tookMs: 1,
  }),
  'copy line': copyLine({ tables: tables(900, HOSTILE), bytesTotal: 10, bytesCopied: 1, etaMs: null, tookMs: 1 }),
  'cutover report': cutoverReport({
    timeline: { writeStopMs: 1, steps: Array.from({ length: 400 }, () => ({ step: HOSTILE, atMs: 1, tookMs: 1 })) },
    targetLabel: HOSTILE,
    proofs: [HOSTILE],
  }),
  'cutover reopened': cutoverReopened({ error: HOSTILE_ERROR, timeline }),
  'error answer': errorAnswer({ ...HOSTILE_ERROR, message: HOSTILE.repeat(200) }),
  'migration failed': migrationFailed({ migration: aMigration(), error: HOSTILE_ERROR }),
  'migration finished': migrationFinished({
    migration: aMigration(),
    writeStopMs: null,
    tookMs: 1,
    leftOnSource: Array.from({ length: 100 }, () => HOSTILE),
  }),
  'migration list': migrationList({
    migrations: Array.from({ length: 300 }, (_, index) => aMigration({ id: `shop-${String(index)}` })),
    notStarted: Array.from({ length: 300 }, () => HOSTILE),
  }),
  'phase done': phaseDone({ phase: 'copy', tookMs: 1, next: null, note: HOSTILE }),
  'phase trouble': phaseTrouble({ phase: 'copy', error: HOSTILE_ERROR }),
  root: rootMessage(
    aRootView({
      sourceLabel: HOSTILE,
      targetLabel: HOSTILE,
      progress: { kind: 'indexes', done: 1, total: 2, current: HOSTILE },
    }),
  ),
  'root failed': rootMessage(aRootView({ migration: aMigration({ status: 'failed', error: HOSTILE_ERROR }) })),
  'start choices': startChoices({
    choices: Array.from({ length: 200 }, () => ({
      name: HOSTILE,
      sourceLabel: HOSTILE,
      targetLabel: HOSTILE,
      newest: null,
    })),
  }),
  help: helpText({
    subcommands: [{ usage: 'x', summary: 'y' }],
    names: Array.from({ length: 200 }, () => HOSTILE),
  }),
  'verify report': verifyReport({
    tables: Array.from({ length: 2000 }, () => ({ table: HOSTILE, rows: 1n, equal: false, detail: HOSTILE })),
    rounds: 1,
    tookMs: 1,
  }),
}
