import type { Exclusion } from '../../migration/quorum.ts'
import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import type { Message } from '../message.ts'

/** Tells a person, and nobody else, why their reaction does not count. */
export function uncountedVote(view: {
  readonly userId: string
  readonly why: Exclusion
  readonly requesterUserId: string
}): Message {
  const text = `${mention(view.userId)}, your vote does not count: ${reason(view.why, view.requesterUserId)}`
  return toMessage(text, [section(text)])
}

function reason(why: Exclusion, requesterUserId: string): string {
  switch (why) {
    case 'requester':
      return 'you asked for this migration, so others must agree to it. You can still stop it with ❌.'
    case 'guest':
      return 'guests of the workspace cannot approve a cutover.'
    case 'external':
      return 'only members of this organisation can approve a cutover.'
    case 'not-entitled':
      return `you are not on the list of approvers. Ask ${mention(requesterUserId)} who is.`
    case 'deactivated':
      return 'the account is deactivated.'
    case 'bot':
      return 'bots cannot approve a cutover.'
  }
}
