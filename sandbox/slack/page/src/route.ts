/** What is open, kept in the URL's hash: `#channel=C0MIGRATE&thread=<ts>&as=U0ADA`. */
import { useCallback, useEffect, useState } from 'react'

export interface Route {
  channel: string
  /** ts of the thread's root, or null when no thread is open. */
  thread: string | null
  /** A message to scroll to, or null. */
  message: string | null
  as: string
  home: boolean
}

const DEFAULT_CHANNEL = 'C0MIGRATE'
const DEFAULT_PERSONA = 'U0OPERATOR'

function parseHash(hash: string): Route {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  return {
    channel: fields.get('channel') ?? DEFAULT_CHANNEL,
    thread: fields.get('thread'),
    message: fields.get('message'),
    as: fields.get('as') ?? lastPersona,
    home: fields.has('home'),
  }
}

/** A permalink names no persona; following one must not change who you are. */
let lastPersona = DEFAULT_PERSONA

function writeHash(route: Route): string {
  const fields = new URLSearchParams({ channel: route.channel })
  if (route.thread !== null) fields.set('thread', route.thread)
  if (route.message !== null) fields.set('message', route.message)
  if (route.home) fields.set('home', '1')
  fields.set('as', route.as)
  return `#${fields.toString()}`
}

/** Where a link of this workspace leads: `/archives/C…/p1234567890123456?thread_ts=…` or `/#channel=…`; null for others. */
export function readPermalink(href: string): Partial<Route> | null {
  const url = URL.canParse(href, window.location.href) ? new URL(href, window.location.href) : null
  if (url?.origin !== window.location.origin) return null
  const [, channel, digits] = /^\/archives\/(\w+)(?:\/p(\d+))?$/.exec(url.pathname) ?? []
  if (channel !== undefined) {
    const message = digits === undefined ? null : digits.replace(/(\d{6})$/, '.$1')
    return { channel, message, thread: url.searchParams.get('thread_ts'), home: false }
  }
  if (url.pathname !== '/' || url.hash === '') return null
  const { channel: hashed, thread, message, home } = parseHash(url.hash)
  return { channel: hashed, thread, message, home }
}

export function useRoute(): [Route, (change: Partial<Route>) => void] {
  const [route, setRoute] = useState(() => parseHash(window.location.hash))
  lastPersona = route.as
  useEffect(() => {
    const follow = (): void => {
      setRoute(parseHash(window.location.hash))
    }
    window.addEventListener('hashchange', follow)
    return () => {
      window.removeEventListener('hashchange', follow)
    }
  }, [])
  const navigate = useCallback((change: Partial<Route>) => {
    const next = { ...parseHash(window.location.hash), message: null, ...change }
    window.location.hash = writeHash(next)
    setRoute(next)
  }, [])
  return [route, navigate]
}
