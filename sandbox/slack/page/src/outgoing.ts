import type { WorkspaceState } from './api.ts'
import { findUser } from './workspace.ts'

/** What a person typed, as Slack stores it: escaped, with `@Name` and `#channel` turned into references. */
export function writeOutgoing(text: string, state: WorkspaceState): string {
  let out = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  for (const user of [...state.users, findUser(state, state.botUserId)])
    out = out.replaceAll(`@${user.name}`, `<@${user.id}>`)
  for (const channel of state.channels) {
    out = out.replaceAll(new RegExp(`#${channel.name}(?![\\w-])`, 'g'), `<#${channel.id}>`)
  }
  return out
}
