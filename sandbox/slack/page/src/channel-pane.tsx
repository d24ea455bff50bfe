import { fetchMessages } from './api.ts'
import { Composer } from './composer.tsx'
import { Icon } from './icons.tsx'
import { useFetched } from './live.ts'
import { MessageList } from './message-list.tsx'
import { mergeNotices, useNotices } from './notices.ts'
import { findChannel, useWorkspace } from './workspace.ts'

const TOPICS: Readonly<Record<string, string>> = {
  C0MIGRATE: 'Where databases move. Type /migrate start shop',
  C0RANDOM: 'Flytt refuses commands here: the channel is not on its list',
  C0SHARED: 'Shared with a partner company; Flytt refuses commands here',
}

function ChannelIntro({ name, topic }: { name: string; topic: string | undefined }) {
  return (
    <div className="channel-intro">
      <span className="channel-intro-sign">
        <Icon name="hash" size={30} />
      </span>
      <h2>{name}</h2>
      <p>
        This is the very beginning of #{name}. {topic === undefined ? '' : `${topic}.`}
      </p>
    </div>
  )
}

/** The channel: its messages and the box to write in. */
export function ChannelPane() {
  const { state, me, route, live, navigate } = useWorkspace()
  const channel = findChannel(state, route.channel)
  const messages = useFetched(channel.id, me.id, live.revision, () =>
    fetchMessages({ channelId: channel.id, userId: me.id }),
  )
  const { mine, add, addAnswer } = useNotices(channel.id, null)
  const pinned = messages?.filter((message) => message.pinned === true) ?? []
  const topic = TOPICS[channel.id]
  return (
    <section className="pane channel-pane" data-testid="channel-pane" aria-label={`Channel ${channel.name}`}>
      <header className="pane-header">
        <h1>
          <Icon name="hash" size={18} />
          {channel.name}
        </h1>
        <p className="topic">{topic}</p>
        {pinned.length > 0 && (
          <button
            type="button"
            className="header-button"
            onClick={() => {
              navigate({ message: pinned.at(-1)?.ts ?? null })
            }}
          >
            <Icon name="pin" size={14} /> {pinned.length} pinned
          </button>
        )}
      </header>
      {messages === null ? (
        <div className="message-list-frame" />
      ) : (
        <MessageList
          messages={mergeNotices(messages, mine)}
          place="channel"
          focusTs={route.thread === null ? route.message : null}
          intro={<ChannelIntro name={channel.name} topic={topic} />}
        />
      )}
      <Composer channel={channel} threadTs={null} addNotice={add} addAnswer={addAnswer} />
    </section>
  )
}
