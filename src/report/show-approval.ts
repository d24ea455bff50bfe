import type { ApprovalSettings, MigrationSettings } from '../inventory.ts'
import type { ApprovalView } from '../migration/approval-view.ts'
import type { Migration } from '../migration/migration.ts'
import { APPROVE_REACTION, NO_VOTES } from '../migration/quorum.ts'
import { approvalRequest } from '../slack/messages/approval-request.ts'
import type { Thread } from '../slack/thread.ts'
import type { ApprovalRequest } from '../state/approval-store.ts'
import type { MigrationRecord } from '../state/migration-record.ts'

/** Where a server is, for people to read. */
interface ServerName {
  readonly address: string
  readonly name: string
}

/** What is needed of a phase's context. */
export interface ApprovalContext {
  readonly migration: Migration
  readonly settings: MigrationSettings & { readonly approvals: ApprovalSettings }
  readonly source: ServerName
  readonly target: ServerName
  readonly switches: readonly { readonly name: string }[]
  readonly thread: Thread
  readonly record: MigrationRecord
}

/** Posts the approval message, or edits it to what it must say now; the channel sees it too. */
export async function showApproval(
  { thread }: Pick<ApprovalContext, 'thread'>,
  request: ApprovalRequest,
  view: ApprovalView,
): Promise<void> {
  await thread.show(request.messageKey, approvalRequest(view), { reactions: [APPROVE_REACTION], place: 'broadcast' })
}

/** Ends a request without a decision and strikes its message out. */
export async function closeApproval(
  context: ApprovalContext,
  request: ApprovalRequest,
  status: 'closed' | 'superseded',
): Promise<void> {
  await context.record.approvals.end(request.id, status)
  const { migration, settings, source, target, switches } = context
  await showApproval(context, request, {
    ...NO_VOTES,
    migrationName: migration.name,
    requesterUserId: migration.requesterUserId,
    sourceLabel: `${source.address}/${source.name}`,
    targetLabel: `${target.address}/${target.name}`,
    planDigest: request.planDigest,
    proofs: [],
    predictedWriteStopMs: null,
    writeStopBudgetMs: settings.policy.writeStopBudgetMs,
    switches: switches.map(({ name }) => name),
    required: settings.approvals.required,
    entitled: { userIds: settings.approvals.approvers ?? null, userGroup: settings.approvals.userGroup ?? null },
    expiresAt: request.expiresAt,
    cutoverAt: null,
    state: status,
  })
}
