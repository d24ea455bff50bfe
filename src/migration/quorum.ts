/** Why a reaction does not count; shown to the person once. */
export type Exclusion = 'requester' | 'bot' | 'guest' | 'external' | 'deactivated' | 'not-entitled'

/** One person who reacted to the approval message, with what Slack says of them at this moment. */
export interface Voter {
  readonly userId: string
  readonly isBot: boolean
  readonly isGuest: boolean
  /** Of another workspace or organisation. */
  readonly isExternal: boolean
  readonly isDeactivated: boolean
  /** Built-in reaction names this person put there, skin tones stripped, each once. */
  readonly reactions: readonly string[]
}

/** Who may vote and how many must. */
export interface QuorumRules {
  readonly required: number
  readonly requesterUserId: string
  /** User ids that may vote; null when everybody of the workspace may. */
  readonly entitled: ReadonlySet<string> | null
}

/** What the reactions amount to. */
export interface Quorum {
  readonly approvedBy: readonly string[]
  /** Entitled people who said no; one is enough to block. */
  readonly vetoedBy: readonly string[]
  readonly excluded: readonly { readonly userId: string; readonly why: Exclusion }[]
  readonly required: number
  /** Enough approvals and no veto. */
  readonly reached: boolean
}

/** What nobody's reactions amount to. */
export const NO_VOTES: Quorum = { approvedBy: [], vetoedBy: [], excluded: [], required: 0, reached: false }

/** The reaction that says yes; only this exact built-in name counts. */
export const APPROVE_REACTION = 'white_check_mark'
/** The reaction that says no. */
export const VETO_REACTION = 'x'

/**
 * Decides what the reactions on an approval message amount to. The one place that decides, for every path.
 *
 * @param voters - everybody who reacted, once each
 * @param rules - who may vote and how many must
 * @see docs/adr/0008-approval-quorum-rules.md
 */
export function judgeQuorum(voters: readonly Voter[], rules: QuorumRules): Quorum {
  const approvedBy = new Set<string>()
  const vetoedBy = new Set<string>()
  const excluded = new Map<string, Exclusion>()
  for (const voter of voters) {
    const approves = voter.reactions.includes(APPROVE_REACTION)
    const vetoes = voter.reactions.includes(VETO_REACTION)
    if (!approves && !vetoes) continue
    const why = exclusionOf(voter, rules)
    // The requester cannot approve, but whoever asked may always stop what they asked for.
    if (vetoes && (why === null || why === 'requester')) vetoedBy.add(voter.userId)
    else if (why !== null) excluded.set(voter.userId, why)
    else approvedBy.add(voter.userId)
  }
  return {
    approvedBy: [...approvedBy],
    vetoedBy: [...vetoedBy],
    excluded: [...excluded].map(([userId, why]) => ({ userId, why })),
    required: rules.required,
    reached: vetoedBy.size === 0 && approvedBy.size >= rules.required,
  }
}

function exclusionOf(voter: Voter, rules: QuorumRules): Exclusion | null {
  if (voter.isBot) return 'bot'
  if (voter.isDeactivated) return 'deactivated'
  if (voter.isExternal) return 'external'
  if (voter.isGuest) return 'guest'
  if (voter.userId === rules.requesterUserId) return 'requester'
  if (rules.entitled !== null && !rules.entitled.has(voter.userId)) return 'not-entitled'
  return null
}
