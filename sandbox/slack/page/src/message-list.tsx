import { useLayoutEffect, useRef, useState } from 'react'
import type { ChatMessage } from './api.ts'
import { Icon } from './icons.tsx'
import { Message } from './message.tsx'
import { formatDay, isSameDay, readTs } from './time.ts'

const GROUP_SECONDS = 300
const NEAR_BOTTOM_PX = 60

/** Whether a message continues the one above, and so needs no name and picture. */
function continues(message: ChatMessage, above: ChatMessage | undefined): boolean {
  return (
    above !== undefined &&
    above.userId === message.userId &&
    Boolean(above.ephemeral) === Boolean(message.ephemeral) &&
    message.broadcast !== true &&
    above.broadcast !== true &&
    message.pinned !== true &&
    above.pinned !== true &&
    (above.replyCount ?? 0) === 0 &&
    Number(message.ts) - Number(above.ts) < GROUP_SECONDS
  )
}

/** Keeps the newest message in sight, unless the reader has scrolled up. */
function useStickToBottom(version: string) {
  const list = useRef<HTMLDivElement>(null)
  const sticking = useRef(true)
  const size = useRef('')
  const [away, setAway] = useState(false)
  const scrollDown = (): void => {
    const element = list.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }
  useLayoutEffect(() => {
    if (sticking.current) scrollDown()
  }, [version])
  useLayoutEffect(() => {
    const element = list.current
    const content = element?.firstElementChild
    if (element === null || content === null || content === undefined) return
    const observer = new ResizeObserver(() => {
      if (sticking.current) scrollDown()
    })
    observer.observe(content)
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [])
  const onScroll = (): void => {
    const element = list.current
    if (element === null) return
    // A list that changed its size has scrolled by itself; only a reader's own scrolling means something.
    const now = `${String(element.clientHeight)} ${String(element.scrollHeight)}`
    const resized = size.current !== now
    size.current = now
    if (resized && sticking.current) {
      scrollDown()
      return
    }
    sticking.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_BOTTOM_PX
    setAway(!sticking.current)
  }
  return { list, onScroll, away, scrollDown, sticking }
}

export interface MessageListProps {
  messages: ChatMessage[]
  /** 'channel': top level; 'thread': the root first, then its replies. */
  place: 'channel' | 'thread'
  intro?: React.ReactNode
  /** ts to scroll to once, or null. */
  focusTs: string | null
}

export function MessageList({ messages, place, intro, focusTs }: MessageListProps) {
  const last = messages.at(-1)
  const { list, onScroll, away, scrollDown, sticking } = useStickToBottom(
    `${String(messages.length)} ${last?.ts ?? ''}`,
  )
  const focused = useRef<string | null>(null)
  useLayoutEffect(() => {
    if (focusTs === null || focused.current === focusTs) return
    const target = list.current?.querySelector(`[data-ts="${focusTs}"]`)
    if (target === null || target === undefined) return
    focused.current = focusTs
    sticking.current = false
    target.scrollIntoView({ block: 'center' })
  }, [focusTs, messages, list, sticking])

  return (
    <div className="message-list-frame">
      <div className="message-list" ref={list} onScroll={onScroll} role="log" aria-label="Messages" tabIndex={0}>
        <div className="message-list-content">
          {intro}
          {messages.map((message, at) => {
            const above = messages[at - 1]
            const day = readTs(message.ts)
            const newDay = place === 'channel' && (above === undefined || !isSameDay(readTs(above.ts), day))
            const afterRoot = place === 'thread' && at === 0 && messages.length > 1
            return (
              <div key={`${message.ts} ${message.ephemeral === true ? 'own' : ''}`}>
                {newDay && (
                  <div className="day-divider">
                    <span>{formatDay(day)}</span>
                  </div>
                )}
                <Message
                  message={message}
                  place={place}
                  compact={!newDay && !(place === 'thread' && at <= 1) && continues(message, above)}
                  focused={message.ts === focusTs}
                  root={message.broadcast === true ? messages.find((one) => one.ts === message.threadTs) : undefined}
                />
                {afterRoot && (
                  <div className="reply-divider">
                    {messages.length - 1} {messages.length === 2 ? 'reply' : 'replies'}
                  </div>
                )}
              </div>
            )
          })}
        </div>
      </div>
      {away && (
        <button
          type="button"
          className="jump-down"
          onClick={() => {
            sticking.current = true
            scrollDown()
          }}
        >
          <Icon name="down" size={16} /> Latest messages
        </button>
      )}
    </div>
  )
}
