import type { Exclusion } from './quorum.ts'

/** Everything an approver reads before reacting. */
export interface ApprovalView {
  readonly migrationName: string
  readonly requesterUserId: string
  /** `host:port/database` of both sides; no user, no password. */
  readonly sourceLabel: string
  readonly targetLabel: string
  readonly planDigest: string
  /** What was proved, one sentence each, for example `14 tables, 312,004 rows hash equal on both sides`. */
  readonly proofs: readonly string[]
  /** Expected time without writes, in ms; null when it cannot be told. */
  readonly predictedWriteStopMs: number | null
  readonly writeStopBudgetMs: number
  readonly switches: readonly string[]
  readonly required: number
  /** Who may vote: `anybody` of the workspace, or these ids and group. */
  readonly entitled: { readonly userIds: readonly string[] | null; readonly userGroup: string | null }
  readonly approvedBy: readonly string[]
  readonly vetoedBy: readonly string[]
  readonly excluded: readonly { readonly userId: string; readonly why: Exclusion }[]
  readonly expiresAt: Date
  /** When the countdown ends and the cutover begins; null while votes are missing. */
  readonly cutoverAt: Date | null
  readonly state: 'open' | 'granted' | 'expired' | 'vetoed' | 'superseded' | 'closed'
}
