import { createHash } from 'node:crypto'

/** What approvers agree to; when any of it changes, their votes are void. */
export interface Plan {
  readonly migrationId: string
  readonly requesterUserId: string
  readonly source: string
  readonly target: string
  readonly switches: readonly string[]
  readonly writeStopBudgetMs: number
  /** Fingerprints of the schemas of both sides. */
  readonly sourceFingerprint: string
  readonly targetFingerprint: string
  /** When the data of both sides was last proved equal. */
  readonly verifiedAt: string
}

/** @returns a SHA-256 of the plan, in hex; equal plans have equal digests whatever their fields' order */
export function planDigest(plan: Plan): string {
  const sorted = Object.entries(plan).sort(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
