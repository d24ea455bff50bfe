/**
 * What Slack itself tells one person after a slash command: the answer that came with the ack, or that no ack came.
 * Only this page knows these; they stand among the messages as "Only visible to you".
 */
import { useCallback, useState } from 'react'
import type { ChatMessage, SlashAnswer } from './api.ts'
import { SLACKBOT, useWorkspace } from './workspace.ts'

interface Notice {
  message: ChatMessage
  channelId: string
  threadTs: string | null
  personId: string
}

let notices: readonly Notice[] = []

const nowTs = (): string => (Date.now() / 1000).toFixed(6)

/** The notices of this channel or thread for this person, and a way to add one. */
export function useNotices(channelId: string, threadTs: string | null) {
  const { me, state } = useWorkspace()
  const [, setCount] = useState(0)
  const add = useCallback(
    (message: Pick<ChatMessage, 'userId' | 'text' | 'blocks'> & { ts?: string }) => {
      const full = { ts: nowTs(), ...message, threadTs, ephemeral: true }
      notices = [...notices, { message: full, channelId, threadTs, personId: me.id }]
      setCount(notices.length)
    },
    [channelId, threadTs, me.id],
  )
  const addAnswer = useCallback(
    (command: string, answer: SlashAnswer) => {
      if (answer.error !== undefined) {
        const detail = answer.detail === undefined ? '' : `\n\`\`\`\n${JSON.stringify(answer.detail, null, 2)}\n\`\`\``
        add({ userId: SLACKBOT.id, text: `${command} failed with the error ${answer.error}${detail}` })
      } else if (answer.response !== null && answer.response.response_type !== 'in_channel') {
        add({
          ...(answer.response.ts === undefined ? {} : { ts: answer.response.ts }),
          userId: state.botUserId,
          text: answer.response.text ?? '',
          blocks: answer.response.blocks ?? null,
        })
      }
    },
    [add, state.botUserId],
  )
  const mine = notices
    .filter((one) => one.channelId === channelId && one.threadTs === threadTs && one.personId === me.id)
    .map((one) => one.message)
  return { mine, add, addAnswer }
}

/** Messages and notices in order of time. The server lists an answer of its own once the app has replaced it. */
export function mergeNotices(messages: ChatMessage[], mine: ChatMessage[]): ChatMessage[] {
  const listed = new Set(messages.map((message) => message.ts))
  const own = mine.filter((message) => !listed.has(message.ts))
  return [...messages, ...own].sort((left, right) => Number(left.ts) - Number(right.ts))
}
