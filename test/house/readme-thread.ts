import { AUDIT_CHECKS } from '../../src/audit/checks.ts'
import type { ApprovalView } from '../../src/migration/approval-view.ts'
import type { Migration } from '../../src/migration/migration.ts'
import type { Message } from '../../src/slack/message.ts'
import { approvalRequest } from '../../src/slack/messages/approval-request.ts'
import { auditReport } from '../../src/slack/messages/audit-report.ts'
import { copyLine } from '../../src/slack/messages/copy-line.ts'
import { cutoverReport } from '../../src/slack/messages/cutover-report.ts'
import { lagLine } from '../../src/slack/messages/lag-line.ts'
import { migrationFinished } from '../../src/slack/messages/migration-finished.ts'
import { phaseDone } from '../../src/slack/messages/phase-done.ts'
import { rootMessage } from '../../src/slack/messages/root-message.ts'

const AT = new Date('2026-03-01T10:15:00Z')
const EXPIRES = new Date('2026-03-01T12:31:00Z')
const SOURCE = 'old.example:5432/shop'
const TARGET = 'new.example:5432/shop'
const NAMES: Readonly<Record<string, string>> = { U0OLA: 'Ola', U0ADA: 'Ada', U0BJORN: 'Bjørn', U0CHEN: 'Chen' }
const GIB = 1024 ** 3
const WIDTH = 112

const migration: Migration = {
  id: 'shop-1',
  name: 'shop',
  requesterUserId: 'U0OLA',
  channelId: 'C0MIGRATE',
  status: 'running',
  phase: 'approval',
  run: 7,
  epoch: 9,
  switchedAt: null,
  error: null,
  createdAt: AT,
  updatedAt: AT,
  finishedAt: null,
}
const lag = { lagBytes: 12_345, replayMs: 31, retainedBytes: 16 * 1024 ** 2, measuredAt: AT }
const request: ApprovalView = {
  migrationName: 'shop',
  requesterUserId: 'U0OLA',
  sourceLabel: SOURCE,
  targetLabel: TARGET,
  planDigest: '3fa9c1d27788aabbccdd',
  proofs: ['14 tables, 312,004 rows hash equal on both sides', 'Schemas of both sides are equal'],
  predictedWriteStopMs: 140,
  writeStopBudgetMs: 5000,
  switches: ['pgbouncer shop'],
  required: 2,
  entitled: { userIds: ['U0ADA', 'U0BJORN', 'U0CHEN'], userGroup: null },
  approvedBy: ['U0ADA'],
  vetoedBy: [],
  excluded: [{ userId: 'U0OLA', why: 'requester' }],
  expiresAt: EXPIRES,
  cutoverAt: null,
  state: 'open',
}

/**
 * Writes down how a migration looks in Slack, by the messages it really posts: the root message, and below it, indented,
 * its thread.
 */
export function writeThread(): string {
  const root = rootMessage({
    migration,
    sourceLabel: SOURCE,
    targetLabel: TARGET,
    progress: { kind: 'approval', votes: 1, required: 2, expiresAt: EXPIRES.toISOString(), lag },
    writeStopMs: null,
  })
  const thread = [
    auditReport({
      name: 'shop',
      findings: AUDIT_CHECKS.slice(0, 4).map(({ name }) => ({ check: name, verdict: 'ok', summary: '', remedy: null })),
      tookMs: 812,
    }),
    phaseDone({ phase: 'schema', tookMs: 2100, next: 'copy' }),
    copyLine({
      tables: ['shop.orders', 'shop.order_lines', 'shop.customers'].map((table, index) => ({
        table,
        state: index === 2 ? 'copied' : 'copying',
        bytesTotal: GIB,
        rowsCopied: 0,
        rowsEstimated: 0,
      })),
      bytesTotal: 14 * GIB,
      bytesCopied: 6 * GIB,
      etaMs: 130_000,
      tookMs: 90_000,
    }),
    lagLine({ lag, maxLagBytes: 1024 ** 2, maxReplayMs: 1000, stableMs: 20_000, neededMs: 30_000 }),
    approvalRequest(request),
    cutoverReport({
      timeline: { writeStopMs: 138, steps: [] },
      targetLabel: TARGET,
      proofs: ['the slot has 0 changes left to send', '9 sequences carried over and read back'],
    }),
    migrationFinished({ migration, writeStopMs: 138, tookMs: 4_000_000, leftOnSource: [] }),
  ]
  const [first = [], ...replies] = [root, ...thread].map(linesOf)
  return [...first, ...replies.flatMap((lines) => ['', ...lines.map((line) => `    ${line}`)])].join('\n')
}

function linesOf({ blocks = [] }: Message): string[] {
  return blocks
    .flatMap((block) => textsOf(block))
    .flatMap((text) => text.split('\n').flatMap((line) => wrap(toPlain(line))))
}

interface Texted {
  readonly text?: string | Texted
}

function textsOf(block: object): string[] {
  const { type, text, elements = [] } = block as Texted & { type: string; elements?: readonly Texted[] }
  if (type === 'divider') return []
  if (type === 'actions') return [elements.map((each) => `[ ${plainOf(each)} ]`).join(' ')]
  return [...(text === undefined ? [] : [plainOf({ text })]), ...elements.map(plainOf)]
}

function plainOf({ text = '' }: Texted): string {
  return typeof text === 'string' ? text : plainOf(text)
}

/** What Slack shows of mrkdwn, but without its styles. */
function toPlain(mrkdwn: string): string {
  return mrkdwn
    .replace(/<@(\w+)>/g, (_whole, id: string) => `@${NAMES[id] ?? id}`)
    .replace(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')
    .replace(/[*`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ')
    .replace(/ {2,}/g, '  ')
}

function wrap(line: string): string[] {
  const lines = ['']
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`  ${word}`)
  }
  return lines
}
