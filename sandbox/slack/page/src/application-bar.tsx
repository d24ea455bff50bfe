import type { WorkspaceState } from './api.ts'

const count = new Intl.NumberFormat('en-US')

function writeStall(stallMs: number): string {
  return stallMs < 10_000 ? `${count.format(Math.round(stallMs))} ms` : `${(stallMs / 1000).toFixed(1)} s`
}

const readPort = (server: { url: string } | null): number | null =>
  server === null ? null : Number(new URL(server.url).port || 5432)

/** The side that took the application's latest write; null when it cannot be told. */
function findSide({ application, source, target }: WorkspaceState): 'source' | 'target' | null {
  const port = application?.serverPort ?? null
  if (port === null) return null
  return port === readPort(source) ? 'source' : port === readPort(target) ? 'target' : null
}

function Figure({ value, label, bad = false }: { value: string; label: string; bad?: boolean }) {
  return (
    <span className={bad ? 'figure figure-bad' : 'figure'}>
      <b>{value}</b> {label}
    </span>
  )
}

/** What the application that keeps writing has noticed of the move: nothing, it is hoped. */
export function ApplicationBar({ state }: { state: WorkspaceState }) {
  if (state.application === null) return null
  const { acknowledged, failed, longestStallMs, missing } = state.application
  const side = findSide(state)
  const healthy = failed === 0 && (missing ?? 0) === 0
  return (
    <section className="application" data-testid="application" aria-label="Application">
      <span className={healthy ? 'pulse' : 'pulse pulse-bad'} aria-hidden="true" />
      <span className="application-name">Application:</span>
      <Figure value={count.format(acknowledged)} label="writes acknowledged" />
      <Figure value={count.format(failed)} label="failed" bad={failed > 0} />
      <Figure value={writeStall(longestStallMs)} label="longest stall" />
      {missing !== undefined && <Figure value={count.format(missing)} label="missing" bad={missing > 0} />}
      {side !== null && (
        <span className={`figure on-${side}`}>
          now on <b>{side}</b>
        </span>
      )}
    </section>
  )
}
