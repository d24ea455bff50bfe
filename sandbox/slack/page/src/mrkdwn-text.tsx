import { Fragment } from 'react'
import { EmojiGlyph } from './emoji-glyph.tsx'
import { type Inline, readInline, readMrkdwn } from './mrkdwn.ts'
import type { Text } from './block-types.ts'
import { readPermalink } from './route.ts'
import { formatFull, formatSlackDate } from './time.ts'
import { findChannel, findUser, GROUPS, useWorkspace } from './workspace.ts'

/** A link. A permalink into this workspace is followed in place. */
export function Link({ href, children }: { href: string; children: React.ReactNode }) {
  const { navigate } = useWorkspace()
  const place = readPermalink(href)
  if (place === null) {
    return (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    )
  }
  return (
    <a
      href={href}
      onClick={(event) => {
        event.preventDefault()
        navigate(place)
      }}
    >
      {children}
    </a>
  )
}

function Mention({ piece }: { piece: Extract<Inline, { kind: 'user' | 'channel' | 'group' }> }) {
  const { state, me, navigate } = useWorkspace()
  if (piece.kind === 'channel') {
    return (
      <button
        type="button"
        className="mention"
        onClick={() => {
          navigate({ channel: piece.id, thread: null, home: false })
        }}
      >
        #{piece.label ?? findChannel(state, piece.id).name}
      </button>
    )
  }
  const name = piece.kind === 'user' ? findUser(state, piece.id).name : (GROUPS[piece.id] ?? piece.id)
  const mine = piece.id === me.id || (piece.kind === 'group' && me.role === 'approver')
  return <span className={mine ? 'mention mention-me' : 'mention'}>@{(piece.label ?? name).replace(/^@/, '')}</span>
}

function DateText({ piece }: { piece: Extract<Inline, { kind: 'date' }> }) {
  const text = formatSlackDate(piece.seconds, piece.format) ?? piece.fallback
  const time = (
    <time title={Number.isFinite(piece.seconds) ? formatFull(new Date(piece.seconds * 1000)) : undefined}>{text}</time>
  )
  return piece.link === null ? time : <Link href={piece.link}>{time}</Link>
}

function InlinePiece({ piece }: { piece: Inline }) {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'code':
      return <code>{piece.text}</code>
    case 'emoji':
      return <EmojiGlyph name={piece.name} />
    case 'bold':
      return (
        <strong>
          <InlineText pieces={piece.children} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <InlineText pieces={piece.children} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <InlineText pieces={piece.children} />
        </s>
      )
    case 'broadcast':
      return <span className="mention mention-me">@{piece.name.split('|')[0]}</span>
    case 'date':
      return <DateText piece={piece} />
    case 'link':
      return <Link href={piece.href}>{piece.label}</Link>
    default:
      return <Mention piece={piece} />
  }
}

export function InlineText({ pieces }: { pieces: Inline[] }) {
  return pieces.map((piece, at) => <InlinePiece key={at} piece={piece} />)
}

function Lines({ lines }: { lines: Inline[][] }) {
  return lines.map((line, at) => (
    <Fragment key={at}>
      {line.length === 0 ? <span className="blank-line" /> : <InlineText pieces={line} />}
      {line.length > 0 && at < lines.length - 1 && (lines[at + 1]?.length ?? 0) > 0 && <br />}
    </Fragment>
  ))
}

/** A text in Slack's mrkdwn, as several lines. */
export function Mrkdwn({ text }: { text: string }) {
  return (
    <div className="mrkdwn">
      {readMrkdwn(text).map((paragraph, at) => {
        if (paragraph.kind === 'pre') return <pre key={at}>{paragraph.text}</pre>
        if (paragraph.kind === 'quote')
          return (
            <blockquote key={at}>
              <Lines lines={paragraph.lines} />
            </blockquote>
          )
        return (
          <div key={at}>
            <Lines lines={paragraph.lines} />
          </div>
        )
      })}
    </div>
  )
}

/** A text object of Block Kit. In plain text only emoji are drawn. */
export function TextObject({ text }: { text: Text }) {
  if (text.type === 'mrkdwn') return <Mrkdwn text={text.text} />
  return <span className="plain-text">{readPlain(text.text)}</span>
}

/** Plain text with its emoji drawn. */
export function readPlain(text: string): React.ReactNode {
  return text.split(/(:[a-z0-9_+'-]+:)/).map((part, at) => {
    const [emoji] = part.startsWith(':') ? readInline(part) : []
    return emoji?.kind === 'emoji' ? <EmojiGlyph key={at} name={emoji.name} /> : part
  })
}
