import type { KnownBlock } from '@slack/types'
import type { Finding, Verdict } from '../../migration/finding.ts'
import { context, divider, header, section, toMessage } from '../blocks.ts'
import { escapeText, toCode, truncate } from '../escape.ts'
import { formatDuration, formatNumberOf } from '../format.ts'
import type { Message } from '../message.ts'

/** So many findings stand each in a block of their own; with header and footer they fit Slack's 50 blocks. */
const SHOWN = 40
const LONGEST = 1000

const SIGNS: Record<Verdict, string> = { block: '⛔', warn: '⚠️', info: 'ℹ️', ok: '✓' }

/** What the audit found: blockers first, each with its remedy; what is fine in one line. */
export function auditReport(view: {
  readonly name: string
  readonly findings: readonly Finding[]
  readonly tookMs: number
}): Message {
  const of = (verdict: Verdict) => view.findings.filter((finding) => finding.verdict === verdict)
  const [blockers, warnings, infos, fine] = [of('block'), of('warn'), of('info'), of('ok')]
  const told = [...blockers, ...warnings, ...infos]
  const verdict =
    blockers.length === 0
      ? `Audit of ${view.name}: nothing stands in the way`
      : `Audit of ${view.name}: ${formatNumberOf(blockers.length, 'blocker')}, nothing was changed`
  const rest = told.length - SHOWN
  const blocks: KnownBlock[] = [
    header(`${blockers.length === 0 ? '✅' : '⛔'} ${verdict}`),
    ...told.slice(0, SHOWN).map((finding) => section(...findingLines(finding))),
    ...(rest > 0 ? [context(`… and ${rest} more`)] : []),
    ...(told.length > 0 ? [divider()] : []),
    ...(fine.length > 0
      ? [
          context(
            `✓ ${formatNumberOf(fine.length, 'check')} fine: ${truncate(fine.map(({ check }) => escapeText(check)).join(', '), 1500)}`,
          ),
        ]
      : []),
    context(
      `${formatNumberOf(blockers.length, 'blocker')} · ${formatNumberOf(warnings.length, 'warning')} · ${formatNumberOf(view.findings.length, 'check')} in ${formatDuration(view.tookMs)}`,
    ),
  ]
  const first = blockers[0] === undefined ? '' : ` ${escapeText(truncate(blockers[0].summary, LONGEST))}`
  return toMessage(`${verdict}.${first}`, blocks)
}

function findingLines(finding: Finding): readonly string[] {
  const lines = [
    `${SIGNS[finding.verdict]} *${escapeText(finding.check)}*: ${escapeText(truncate(finding.summary, LONGEST))}`,
  ]
  return finding.remedy === null ? lines : [...lines, remedyLine(finding.remedy)]
}

/** A remedy that marks its statement with backticks is a sentence; one without is shown as code if it looks like SQL. */
function remedyLine(remedy: string): string {
  const text = truncate(remedy, LONGEST)
  const isStatement = !text.includes('`') && /^(ALTER|CREATE|DROP|GRANT|REVOKE|SELECT|SET|VACUUM)\b/.test(text)
  return `→ ${isStatement ? toCode(text, LONGEST) : escapeText(text)}`
}
