/** What every part of the page needs to know: who is who, who you are, and how to go somewhere. */
import { createContext, useContext } from 'react'
import type { Channel, User, WorkspaceState } from './api.ts'
import type { Live } from './live.ts'
import type { Route } from './route.ts'

export interface Workspace {
  state: WorkspaceState
  me: User
  route: Route
  navigate: (change: Partial<Route>) => void
  live: Live
  /** Shows a sentence at the bottom for a few seconds. */
  notify: (sentence: string) => void
}

export const WorkspaceContext = createContext<Workspace | null>(null)

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext)
  if (workspace === null) throw new Error('outside of the workspace')
  return workspace
}

export const SLACKBOT: User = { id: 'USLACKBOT', name: 'Slackbot', role: 'bot' }

export function findUser(state: WorkspaceState, userId: string): User {
  if (userId === SLACKBOT.id) return SLACKBOT
  if (userId === state.botUserId) return { id: userId, name: 'Flytt', role: 'bot' }
  return state.users.find((user) => user.id === userId) ?? { id: userId, name: userId, role: 'external' }
}

export const findChannel = (state: WorkspaceState, channelId: string): Channel =>
  state.channels.find((channel) => channel.id === channelId) ?? { id: channelId, name: channelId }

export const GROUPS: Readonly<Record<string, string>> = { S0DBA: 'dba' }
