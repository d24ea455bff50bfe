import type { ChatMessage } from './api.ts'
import { Blocks } from './blocks.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Interaction } from './interaction.tsx'
import { Mrkdwn } from './mrkdwn-text.tsx'

/** The blocks of a message, or its text when it has none or they cannot be drawn. */
export function MessageBody({ message, channelId }: { message: ChatMessage; channelId: string }) {
  const text = message.text === '' ? null : <Mrkdwn text={message.text} />
  const blocks = message.blocks ?? []
  // Slack marks an edited text, but not edited blocks.
  if (blocks.length === 0) {
    return (
      <div className={message.edited ? 'message-body was-edited' : 'message-body'}>
        {text}
        {Boolean(message.edited) && <span className="edited"> (edited)</span>}
      </div>
    )
  }
  return (
    <div className="message-body">
      <Interaction place={{ channelId, ts: message.ts }}>
        <ErrorBoundary drawn={blocks} fallback={text}>
          <Blocks blocks={blocks} />
        </ErrorBoundary>
      </Interaction>
    </div>
  )
}
