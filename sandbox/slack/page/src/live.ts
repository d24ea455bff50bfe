/** Live updates: one event stream, a revision that counts what changed, and fetches that follow it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

const RECONNECT_MS = 1_000
/** Many changes in one moment are one fetch. */
const COALESCE_MS = 40

export interface Live {
  connected: boolean
  revision: number
  /** Fetches everything again, for what this page has just done itself. */
  refresh: () => void
}

export function useLive(): Live {
  const [connected, setConnected] = useState(true)
  const [revision, setRevision] = useState(0)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      setRevision((count) => count + 1)
    }, COALESCE_MS)
  }, [])

  useEffect(() => {
    let stream: EventSource | null = null
    let retry: ReturnType<typeof setTimeout> | null = null
    const open = (): void => {
      stream = new EventSource('/sandbox/events')
      stream.onopen = () => {
        setConnected(true)
        refresh()
      }
      stream.onmessage = (event: MessageEvent<string>) => {
        if ((JSON.parse(event.data) as { type?: string }).type === 'changed') refresh()
      }
      // The browser gives up for good on an HTTP error, so the page does the reconnecting.
      stream.onerror = () => {
        setConnected(false)
        stream?.close()
        retry = setTimeout(open, RECONNECT_MS)
      }
    }
    open()
    return () => {
      stream?.close()
      if (retry !== null) clearTimeout(retry)
    }
  }, [refresh])

  return useMemo(() => ({ connected, revision, refresh }), [connected, revision, refresh])
}

/**
 * The newest answer of `load`, asked again with every revision; null until the first one. `place` says what is loaded:
 * when it changes the answer is null again. When only `viewer` changes, the old answer stands until the new one comes.
 * An answer that arrives after a newer one is dropped; a failed fetch leaves the last answer standing, because the
 * event stream reports a lost connection.
 */
export function useFetched<Answer>(
  place: string,
  viewer: string,
  revision: number,
  load: () => Promise<Answer>,
): Answer | null {
  const [held, setHeld] = useState<{ place: string; answer: Answer } | null>(null)
  const wanted = useRef('')
  const asked = useRef(0)
  const shown = useRef(0)
  const key = `${place} ${viewer}`
  wanted.current = key
  useEffect(() => {
    asked.current += 1
    const number = asked.current
    load().then(
      (answer) => {
        if (wanted.current !== key || number < shown.current) return
        shown.current = number
        setHeld({ place, answer })
      },
      (error: unknown) => {
        console.warn('fetch failed', error)
      },
    )
    // `load` is a new closure on every render; place and viewer say what it loads.
  }, [key, place, revision])
  return held?.place === place ? held.answer : null
}
