import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type WorkspaceState, fetchState } from './api.ts'
import { ApplicationBar } from './application-bar.tsx'
import { ChannelPane } from './channel-pane.tsx'
import { Home } from './home.tsx'
import { useLive } from './live.ts'
import { Modals } from './modal.tsx'
import { useRoute } from './route.ts'
import { Sidebar } from './sidebar.tsx'
import { ThreadPane } from './thread-pane.tsx'
import { Toast } from './toast.tsx'
import { WorkspaceContext, findUser } from './workspace.ts'

const STATE_POLL_MS = 1_000

/** The workspace's state, asked again every second because the application's numbers move. */
function useWorkspaceState(revision: number): WorkspaceState | null {
  const [state, setState] = useState<WorkspaceState | null>(null)
  useEffect(() => {
    let stopped = false
    const ask = (): void => {
      fetchState().then(
        (answer) => {
          if (!stopped) setState(answer)
        },
        (error: unknown) => {
          console.warn('the sandbox does not answer', error)
        },
      )
    }
    ask()
    const timer = setInterval(ask, STATE_POLL_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [revision])
  return state
}

export function App() {
  const [route, navigate] = useRoute()
  const live = useLive()
  const state = useWorkspaceState(live.revision)
  const [sentence, setSentence] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const notify = useCallback((text: string) => {
    setSentence(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setSentence(null)
    }, 6_000)
  }, [])
  const workspace = useMemo(
    () => (state === null ? null : { state, me: findUser(state, route.as), route, navigate, live, notify }),
    [state, route, navigate, live, notify],
  )

  if (workspace === null) {
    return (
      <div className="starting">{live.connected ? 'Opening the workspace…' : 'Waiting for the sandbox to start…'}</div>
    )
  }
  return (
    <WorkspaceContext value={workspace}>
      <div className="frame">
        <header className="topbar">
          <span className="workspace-name">Flytt sandbox</span>
          <ApplicationBar state={workspace.state} />
        </header>
        <Sidebar />
        <main className={route.thread !== null && !route.home ? 'panes with-thread' : 'panes'}>
          {route.home ? <Home /> : <ChannelPane key={route.channel} />}
          {route.thread !== null && !route.home && (
            <ThreadPane key={`${route.channel} ${route.thread}`} threadTs={route.thread} />
          )}
        </main>
      </div>
      <Modals />
      <Toast sentence={sentence} connected={live.connected} />
    </WorkspaceContext>
  )
}
