import type { ChatMessage } from './api.ts'
import { Avatar } from './avatar.tsx'
import { Files } from './files.tsx'
import { MessageBody } from './message-body.tsx'
import { MessageContext, MessageTools, ThreadSummary } from './message-parts.tsx'
import { Reactions } from './reactions.tsx'
import { formatClock, formatFull, readTs } from './time.ts'
import { SLACKBOT, findUser, useWorkspace } from './workspace.ts'

export interface MessageProps {
  message: ChatMessage
  place: 'channel' | 'thread'
  compact: boolean
  /** True when a link points at this message. */
  focused: boolean
  /** The root of the thread that a broadcast reply belongs to, when it is in sight. */
  root: ChatMessage | undefined
}

function AuthorLine({ message }: { message: ChatMessage }) {
  const { state } = useWorkspace()
  const author = findUser(state, message.userId)
  const isApp = author.id === SLACKBOT.id || author.id === state.botUserId || author.role === 'bot'
  return (
    <div className="author-line">
      <span className="author">{author.name}</span>
      {isApp && <span className="app-badge">APP</span>}
      {author.role === 'guest' && <span className="app-badge">GUEST</span>}
      {author.role === 'external' && <span className="app-badge">EXTERNAL</span>}
      {author.role === 'deactivated' && <span className="app-badge">DEACTIVATED</span>}
      <time title={formatFull(readTs(message.ts))}>{formatClock(readTs(message.ts))}</time>
    </div>
  )
}

function writeClasses({ message, compact, focused }: MessageProps): string {
  const classes = ['message']
  if (compact) classes.push('compact')
  if (message.pinned === true) classes.push('pinned')
  if (message.ephemeral === true) classes.push('ephemeral')
  if (focused) classes.push('focused')
  return classes.join(' ')
}

/** One message with everything that hangs on it. */
export function Message(props: MessageProps) {
  const { message, place, compact, root } = props
  const { state, route } = useWorkspace()
  const channelId = route.channel
  return (
    <article className={writeClasses(props)} data-testid={`message-${message.ts}`} data-ts={message.ts}>
      <MessageContext message={message} place={place} root={root} />
      <div className="message-gutter">
        {compact ? (
          <time className="gutter-time" title={formatFull(readTs(message.ts))}>
            {formatClock(readTs(message.ts)).replace(/\s?[AP]M$/i, '')}
          </time>
        ) : (
          <Avatar user={findUser(state, message.userId)} />
        )}
      </div>
      <div className="message-content">
        {!compact && <AuthorLine message={message} />}
        <MessageBody message={message} channelId={channelId} />
        <Files files={message.files ?? []} />
        <Reactions message={message} channelId={channelId} />
        {place === 'channel' && <ThreadSummary message={message} />}
      </div>
      {message.ephemeral !== true && <MessageTools message={message} channelId={channelId} place={place} />}
    </article>
  )
}
