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

/** What the audit found: blockers first, each with its remedy; notes in small print, what is fine as a number. */
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
    ...told.slice(0, SHOWN).map(findingBlock),
    ...(rest > 0 ? [context(`… and ${rest} more`)] : []),
    ...(told.length > 0 ? [divider()] : []),
    context(
      `${formatNumberOf(view.findings.length, 'finding')} in ${formatDuration(view.tookMs)}: ${formatNumberOf(blockers.length, 'blocker')} · ${formatNumberOf(warnings.length, 'warning')} · ${formatNumberOf(infos.length, 'note')} · ${fine.length} fine`,
    ),
  ]
  const first = blockers[0] === undefined ? '' : ` ${escapeText(truncate(blockers[0].summary, LONGEST))}`
  return toMessage(`${verdict}.${first}`, blocks)
}

/** Notes ask nothing of anybody, so they stand back. */
function findingBlock(finding: Finding): KnownBlock {
  const lines = findingLines(finding)
  return finding.verdict === 'info' ? context(...lines) : section(...lines)
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
