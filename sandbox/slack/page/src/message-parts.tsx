import type { ChatMessage } from './api.ts'
import { AddReaction } from './add-reaction.tsx'
import { Icon } from './icons.tsx'
import { writeExcerpt } from './mrkdwn.ts'
import { formatMoment, readTs } from './time.ts'
import { findUser, useWorkspace } from './workspace.ts'

interface ContextProps {
  message: ChatMessage
  place: 'channel' | 'thread'
  root: ChatMessage | undefined
}

/** The small line above a message: only visible to you, pinned, replied to a thread. */
export function MessageContext({ message, place, root }: ContextProps) {
  const { state, navigate } = useWorkspace()
  if (message.ephemeral === true) {
    return (
      <p className="message-context">
        <Icon name="eye" size={14} /> Only visible to you
      </p>
    )
  }
  if (message.broadcast === true) {
    if (place === 'thread') return <p className="message-context">Also sent to the channel</p>
    const excerpt = root === undefined ? '' : writeExcerpt(root.text, (id) => findUser(state, id).name).split('\n')[0]
    return (
      <p className="message-context">
        <Icon name="reply" size={14} /> replied to a thread:{' '}
        <button
          type="button"
          className="link excerpt"
          onClick={() => {
            navigate({ thread: message.threadTs ?? message.ts })
          }}
        >
          {excerpt === '' ? 'open the thread' : excerpt}
        </button>
      </p>
    )
  }
  if (message.pinned === true) {
    return (
      <p className="message-context">
        <Icon name="pin" size={14} /> Pinned
      </p>
    )
  }
  return null
}

/** "3 replies", below the root of a thread. */
export function ThreadSummary({ message }: { message: ChatMessage }) {
  const { route, navigate } = useWorkspace()
  const count = message.replyCount ?? 0
  if (count === 0) return null
  return (
    <button
      type="button"
      className={route.thread === message.ts ? 'thread-summary current' : 'thread-summary'}
      data-testid={`thread-open-${message.ts}`}
      onClick={() => {
        navigate({ thread: message.ts })
      }}
    >
      <Icon name="thread" size={16} />
      <b>
        {count} {count === 1 ? 'reply' : 'replies'}
      </b>
      <span className="thread-summary-when">
        {message.latestReply ? `Last reply ${formatMoment(readTs(message.latestReply))}` : 'View thread'}
      </span>
    </button>
  )
}

/** The buttons that appear at the corner of a message under the pointer. */
export function MessageTools({
  message,
  channelId,
  place,
}: {
  message: ChatMessage
  channelId: string
  place: 'channel' | 'thread'
}) {
  const { navigate } = useWorkspace()
  const hasSummary = place === 'channel' && (message.replyCount ?? 0) > 0
  return (
    <div className="message-tools" role="group" aria-label="Message actions">
      <AddReaction message={message} channelId={channelId} testId={`add-reaction-${message.ts}`} />
      {place === 'channel' && (
        <button
          type="button"
          className="tool"
          aria-label="Reply in thread"
          data-tip="Reply in thread"
          data-testid={hasSummary ? undefined : `thread-open-${message.ts}`}
          onClick={() => {
            navigate({ thread: message.broadcast === true && message.threadTs ? message.threadTs : message.ts })
          }}
        >
          <Icon name="thread" />
        </button>
      )}
    </div>
  )
}
