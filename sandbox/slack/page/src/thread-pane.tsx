import { fetchMessages } from './api.ts'
import { Composer } from './composer.tsx'
import { Icon } from './icons.tsx'
import { useFetched } from './live.ts'
import { MessageList } from './message-list.tsx'
import { mergeNotices, useNotices } from './notices.ts'
import { findChannel, useWorkspace } from './workspace.ts'

/** One thread, beside the channel. */
export function ThreadPane({ threadTs }: { threadTs: string }) {
  const { state, me, route, live, navigate } = useWorkspace()
  const channel = findChannel(state, route.channel)
  const messages = useFetched(`${channel.id} ${threadTs}`, me.id, live.revision, () =>
    fetchMessages({ channelId: channel.id, threadTs, userId: me.id }),
  )
  const { mine, add, addAnswer } = useNotices(channel.id, threadTs)
  return (
    <aside className="pane thread-pane" data-testid="thread-pane" aria-label="Thread">
      <header className="pane-header">
        <h1>Thread</h1>
        <p className="topic">#{channel.name}</p>
        <button
          type="button"
          className="icon-button"
          aria-label="Close thread"
          data-testid="thread-close"
          onClick={() => {
            navigate({ thread: null })
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      {messages === null ? (
        <div className="message-list-frame" />
      ) : (
        <MessageList messages={mergeNotices(messages, mine)} place="thread" focusTs={route.message} />
      )}
      <Composer channel={channel} threadTs={threadTs} addNotice={add} addAnswer={addAnswer} />
    </aside>
  )
}
