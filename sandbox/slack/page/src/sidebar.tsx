import { Avatar } from './avatar.tsx'
import { Icon } from './icons.tsx'
import { Personas } from './personas.tsx'
import { findUser, useWorkspace } from './workspace.ts'

export function Sidebar() {
  const { state, route, navigate } = useWorkspace()
  return (
    <nav className="sidebar" aria-label="Workspace">
      <h2 className="sidebar-title">Channels</h2>
      {state.channels.map((channel) => {
        const current = !route.home && channel.id === route.channel
        return (
          <button
            type="button"
            key={channel.id}
            className={current ? 'sidebar-row current' : 'sidebar-row'}
            aria-current={current ? 'page' : undefined}
            data-testid={`channel-${channel.id}`}
            onClick={() => {
              navigate({ channel: channel.id, thread: channel.id === route.channel ? route.thread : null, home: false })
            }}
          >
            <Icon name="hash" size={16} />
            <span className="sidebar-label">{channel.name}</span>
          </button>
        )
      })}
      <h2 className="sidebar-title">Apps</h2>
      <button
        type="button"
        className={route.home ? 'sidebar-row current' : 'sidebar-row'}
        aria-current={route.home ? 'page' : undefined}
        data-testid="home-tab"
        onClick={() => {
          navigate({ home: true })
        }}
      >
        <Avatar user={findUser(state, state.botUserId)} size={20} />
        <span className="sidebar-label">Flytt Home</span>
        <span
          className={state.connections > 0 ? 'presence presence-on' : 'presence'}
          title={state.connections > 0 ? `connected, ${String(state.connections)} socket(s)` : 'not connected'}
        />
      </button>
      <Personas />
    </nav>
  )
}
