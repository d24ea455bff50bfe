import type { KnownBlock } from '@slack/types'
import type { ApprovalView } from '../../migration/approval-view.ts'
import { context, divider, header, section, toMessage } from '../blocks.ts'
import { escapeText, mention, toCode, truncate } from '../escape.ts'
import { formatChoice, formatDuration, formatList, formatNumberOf, formatTime } from '../format.ts'
import type { Message } from '../message.ts'
import { EXCLUSION_WORDS } from './exclusion-words.ts'

const PEOPLE_SHOWN = 10

/** What approvers read before they react, and what became of it; struck out once nobody can vote any more. */
export function approvalRequest(view: ApprovalView): Message {
  const isOver = view.state !== 'open' && view.state !== 'granted'
  const strike = (lines: readonly string[]) => (isOver ? lines.map((line) => `~${line}~`) : lines)
  const blocks: KnownBlock[] = [
    header(headline(view)),
    section(...strike(whatLines(view))),
    ...(view.proofs.length === 0 ? [] : [section(...strike(proofLines(view)))]),
    divider(),
    section(...(hasTally(view) ? voteLines(view) : ['No vote on this message counts any more.'])),
    context(
      ...(view.state !== 'open'
        ? []
        : [`${formatTime(view.expiresAt, 'day', 'Expires')} · a reaction taken back is a vote taken back`]),
      `${view.state === 'open' ? 'Only ✅ and ❌ on this message count · plan' : 'Plan'} ${toCode(view.planDigest.slice(0, 12))}`,
    ),
  ]
  return toMessage(sentence(view), blocks)
}

function headline(view: ApprovalView): string {
  const name = view.migrationName
  switch (view.state) {
    case 'open':
      return view.cutoverAt === null
        ? `🗳️ Approve the cutover of ${name}? ${tally(view)}`
        : `⏳ Cutover of ${name} approved ${tally(view)}`
    case 'granted':
      return `✅ Cutover of ${name} approved`
    case 'expired':
      return `⌛ Expired: cutover of ${name}`
    case 'vetoed':
      return `❌ Vetoed: cutover of ${name}`
    case 'superseded':
      return `Superseded: cutover of ${name}`
    case 'closed':
      return `Closed: cutover of ${name}`
  }
}

function sentence(view: ApprovalView): string {
  const name = view.migrationName
  switch (view.state) {
    case 'open':
      if (view.cutoverAt !== null)
        return `The cutover of ${name} is approved and begins at ${formatTime(view.cutoverAt, 'seconds')}.`
      return `${mention(view.requesterUserId)} asks for approval of the cutover of ${name}: ${tally(view)} votes. React with ✅ or ❌.`
    case 'granted':
      return `The cutover of ${name} is approved by ${formatList(view.approvedBy.map(mention))}.`
    case 'expired':
      return `The approval request for ${name} expired before ${formatNumberOf(view.required, 'person', 'people')} had agreed.`
    case 'vetoed':
      return `The cutover of ${name} was vetoed by ${formatList(view.vetoedBy.map(mention))}.`
    case 'superseded':
      return `This approval request for ${name} was replaced by a newer one; its votes do not count.`
    case 'closed':
      return `This approval request for ${name} is closed.`
  }
}

function whatLines(view: ApprovalView): readonly string[] {
  const budget = formatDuration(view.writeStopBudgetMs)
  const stop =
    view.predictedWriteStopMs === null
      ? `Writes stop for at most *${budget}*; if slower, Flytt reopens the source by itself.`
      : `Writes stop for about *${formatDuration(view.predictedWriteStopMs)}*; after ${budget} Flytt reopens the source by itself.`
  const switches =
    view.switches.length === 0 ? [] : [`Switched by ${formatList(view.switches.map((name) => toCode(name)))}`]
  return [
    `${mention(view.requesterUserId)} asks to send the application of *${escapeText(view.migrationName)}* to the new database:`,
    `${toCode(view.sourceLabel)}  →  ${toCode(view.targetLabel)}`,
    ...switches,
    stop,
  ]
}

function proofLines(view: ApprovalView): readonly string[] {
  return ['*Proved just now*', ...view.proofs.map((proof) => `✓ ${escapeText(truncate(proof, 300))}`)]
}

function voteLines(view: ApprovalView): readonly string[] {
  const approved = view.approvedBy.length === 0 ? 'nobody yet' : people(view.approvedBy)
  const lines = [`*Votes ${tally(view)}:* ${approved}`]
  if (view.vetoedBy.length > 0) lines.push(`❌ *Vetoed* by ${people(view.vetoedBy)}`)
  if (view.state === 'open' && view.vetoedBy.length === 0) lines.push(...openLines(view))
  if (view.excluded.length > 0) lines.push(`Not counted: ${notCounted(view)}`)
  return lines
}

function openLines(view: ApprovalView): readonly string[] {
  if (view.cutoverAt !== null) {
    return [`⏳ *The cutover begins at ${formatTime(view.cutoverAt, 'seconds')}.* ❌ or taking a ✅ back stops it.`]
  }
  const missing = Math.max(0, view.required - view.approvedBy.length)
  return [
    `👉 ${formatNumberOf(missing, 'more ✅ is', 'more ✅ are')} needed from ${whoIsMissing(view)}; one ❌ stops it.`,
  ]
}

function whoIsMissing(view: ApprovalView): string {
  const requester = mention(view.requesterUserId)
  const { userIds, userGroup } = view.entitled
  const left = (userIds ?? []).filter((userId) => userId !== view.requesterUserId && !view.approvedBy.includes(userId))
  const groups =
    userGroup === null ? [] : [/^S[A-Z0-9]+$/.test(userGroup) ? `<!subteam^${userGroup}>` : escapeText(userGroup)]
  const named = [...left.slice(0, PEOPLE_SHOWN).map(mention), ...groups]
  if (left.length > PEOPLE_SHOWN) named.push(`${left.length - PEOPLE_SHOWN} more`)
  if (userIds === null && userGroup === null) return `members of this workspace other than ${requester}`
  return named.length === 0
    ? `approvers other than ${requester}`
    : `${formatChoice(named)}${userGroup === null ? '' : ` (not ${requester})`}`
}

function notCounted(view: ApprovalView): string {
  const shown = view.excluded
    .slice(0, PEOPLE_SHOWN)
    .map(({ userId, why }) => `${mention(userId)} (${EXCLUSION_WORDS[why]})`)
  const rest = view.excluded.length - PEOPLE_SHOWN
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

function people(userIds: readonly string[]): string {
  const rest = userIds.length - PEOPLE_SHOWN
  return formatList([...userIds.slice(0, PEOPLE_SHOWN).map(mention), ...(rest > 0 ? [`${rest} more`] : [])])
}

/** A request that ended undecided has no result to show. */
function hasTally({ state }: ApprovalView): boolean {
  return state === 'open' || state === 'granted' || state === 'vetoed'
}

function tally(view: ApprovalView): string {
  return `${view.approvedBy.length}/${view.required}`
}
