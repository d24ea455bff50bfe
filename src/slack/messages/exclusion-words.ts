import type { Exclusion } from '../../migration/quorum.ts'

/** Why a vote does not count, in two or three words. */
export const EXCLUSION_WORDS: Readonly<Record<Exclusion, string>> = {
  requester: 'asked for it',
  bot: 'a bot',
  guest: 'a guest',
  external: 'of another organisation',
  deactivated: 'deactivated',
  'not-entitled': 'not an approver',
}
