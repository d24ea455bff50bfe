/** The sandbox's control API, as this page uses it. */
import type { SlackBlock, View } from './block-types.ts'

export type Role = 'operator' | 'approver' | 'guest' | 'external' | 'deactivated' | 'bot'

export interface User {
  id: string
  name: string
  role: Role
}

export interface Channel {
  id: string
  name: string
}

export interface Application {
  acknowledged: number
  failed: number
  longestStallMs: number
  missing?: number
  /** Of the server that took the latest write; null before the first. */
  serverPort?: number | null
}

export interface WorkspaceState {
  ready: boolean
  teamId: string
  botUserId: string
  channels: Channel[]
  users: User[]
  connections: number
  source: { url: string } | null
  target: { url: string } | null
  application: Application | null
}

export interface Reaction {
  name: string
  users: string[]
  count: number
}

export interface SlackFile {
  id: string
  name: string
  title: string
  mimetype: string
  size: number
  url: string
}

export interface ChatMessage {
  ts: string
  threadTs?: string | null
  userId: string
  text: string
  blocks?: SlackBlock[] | null
  reactions?: Reaction[]
  files?: SlackFile[]
  edited?: unknown
  pinned?: boolean
  broadcast?: boolean
  ephemeral?: boolean
  replyCount?: number
  latestReply?: string | null
}

export interface SlashAnswer {
  ackMs: number | null
  response: { ts?: string; response_type?: string; text?: string; blocks?: SlackBlock[] } | null
  error?: string
  /** Where the answer breaks Slack's limits. */
  detail?: Record<string, unknown>
}

/** The state of a view's inputs: `{blockId: {actionId: {type, value | selected_option | …}}}`. */
export type ViewValues = Record<string, Record<string, Record<string, unknown>>>

export interface SubmitAnswer {
  ackMs: number | null
  response: { response_action?: string; errors?: Record<string, string> } | null
  error?: string
}

/** Where a pressed button stands: in a message or in a view. */
export interface PressPlace {
  channelId?: string
  ts?: string
  viewId?: string
}

async function request<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(
    `/sandbox/${path}`,
    body === undefined
      ? undefined
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  )
  const text = await response.text()
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw new Error(`The sandbox answered ${String(response.status)} to ${path}.`)
  }
  if (!response.ok)
    throw new Error((answer as { error?: string }).error ?? `The sandbox answered ${String(response.status)}.`)
  return answer as Answer
}

const query = (fields: Record<string, string | undefined>): string =>
  new URLSearchParams(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  ).toString()

export const fetchState = (): Promise<WorkspaceState> => request('state')

export const fetchMessages = async (fields: {
  channelId: string
  threadTs?: string
  userId: string
}): Promise<ChatMessage[]> => (await request<{ messages: ChatMessage[] }>(`messages?${query(fields)}`)).messages

export const fetchViews = async (userId: string): Promise<View[]> =>
  (await request<{ views: View[] }>(`views?${query({ userId })}`)).views

/** `open` tells the app that this person opened its Home tab; without it, this only looks. */
export const fetchHome = async (userId: string, open: boolean): Promise<View | null> =>
  (await request<{ view: View | null }>(`home?${query({ userId, open: open ? undefined : 'false' })}`)).view

export const postMessage = (body: {
  userId: string
  channelId: string
  threadTs?: string
  text: string
}): Promise<{ ts: string }> => request('message', body)

export const postSlash = (body: { userId: string; channelId: string; text: string }): Promise<SlashAnswer> =>
  request('slash', body)

export const postReaction = (body: {
  userId: string
  channelId: string
  ts: string
  name: string
  remove?: boolean
}): Promise<{ ok: boolean; error?: string }> => request('react', body)

export const postPress = (
  body: PressPlace & { userId: string; actionId: string; value?: string },
): Promise<{ ackMs: number | null; error?: string }> => request('press', body)

export const postSubmit = (body: { userId: string; viewId: string; values: ViewValues }): Promise<SubmitAnswer> =>
  request('submit', body)

export const postClose = (body: { userId: string; viewId: string }): Promise<unknown> => request('close', body)
