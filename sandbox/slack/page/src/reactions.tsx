import { useCallback } from 'react'
import type { ChatMessage, Reaction } from './api.ts'
import { postReaction } from './api.ts'
import { EmojiGlyph } from './emoji-glyph.tsx'
import { findUser, useWorkspace } from './workspace.ts'

/** Adds or takes back my reaction; Slack's refusals are shown by their names. */
export function useReact(channelId: string, ts: string): (name: string, remove: boolean) => void {
  const { me, live, notify } = useWorkspace()
  return useCallback(
    (name, remove) => {
      postReaction({ userId: me.id, channelId, ts, name, ...(remove ? { remove } : {}) })
        .then(
          (answer) => {
            if (!answer.ok) notify(`Slack refused the reaction: ${answer.error ?? 'unknown error'}`)
          },
          (error: unknown) => {
            notify((error as Error).message)
          },
        )
        .finally(live.refresh)
    },
    [me.id, channelId, ts, live.refresh, notify],
  )
}

function ReactionPill({
  reaction,
  message,
  channelId,
}: {
  reaction: Reaction
  message: ChatMessage
  channelId: string
}) {
  const { state, me } = useWorkspace()
  const react = useReact(channelId, message.ts)
  const mine = reaction.users.includes(me.id)
  const others = reaction.users.filter((id) => id !== me.id).map((id) => findUser(state, id).name)
  const names = mine ? ['You', ...others] : others
  const who = new Intl.ListFormat('en').format(names)
  return (
    <button
      type="button"
      className={mine ? 'reaction mine' : 'reaction'}
      aria-pressed={mine}
      aria-label={`${reaction.name}, ${String(reaction.count)}, ${who}`}
      data-tip={`${who} reacted with :${reaction.name}:`}
      data-testid={`reaction-${message.ts}-${reaction.name}`}
      onClick={() => {
        react(reaction.name, mine)
      }}
    >
      <EmojiGlyph name={reaction.name} />
      <span className="reaction-count">{reaction.count}</span>
    </button>
  )
}

/** The row of reactions below a message. */
export function Reactions({ message, channelId }: { message: ChatMessage; channelId: string }) {
  const reactions = message.reactions ?? []
  if (reactions.length === 0) return null
  return (
    <div className="reactions" role="group" aria-label="Reactions">
      {reactions.map((reaction) => (
        <ReactionPill key={reaction.name} reaction={reaction} message={message} channelId={channelId} />
      ))}
    </div>
  )
}
