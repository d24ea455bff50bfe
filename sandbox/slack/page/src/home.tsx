import { useRef } from 'react'
import { fetchHome } from './api.ts'
import { Avatar } from './avatar.tsx'
import { Blocks } from './blocks.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Interaction } from './interaction.tsx'
import { useFetched } from './live.ts'
import { findUser, useWorkspace } from './workspace.ts'

/** Flytt's Home tab, as this person sees it. */
export function Home() {
  const { state, me, live } = useWorkspace()
  const opened = useRef<string | null>(null)
  const view = useFetched(`home ${me.id}`, me.id, live.revision, () => {
    const open = opened.current !== me.id
    opened.current = me.id
    return fetchHome(me.id, open)
  })
  return (
    <section className="pane home-pane" data-testid="home" aria-label="Flytt Home">
      <header className="pane-header">
        <h1>
          <Avatar user={findUser(state, state.botUserId)} size={24} /> Flytt
        </h1>
        <p className="topic">Home</p>
      </header>
      <div className="home-scroll">
        <div className="home-content">
          {view === null ? (
            <p className="empty">Flytt has not published a Home tab for {me.name} yet.</p>
          ) : (
            <Interaction place={{ viewId: view.id }}>
              <ErrorBoundary drawn={view.blocks} fallback={<p className="empty">This Home tab cannot be drawn.</p>}>
                <Blocks blocks={view.blocks} />
              </ErrorBoundary>
            </Interaction>
          )}
        </div>
      </div>
    </section>
  )
}
