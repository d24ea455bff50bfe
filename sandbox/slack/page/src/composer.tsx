import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { type Channel, type ChatMessage, type SlashAnswer, postMessage, postSlash } from './api.ts'
import { Icon } from './icons.tsx'
import { writeOutgoing } from './outgoing.ts'
import { suggest } from './subcommands.ts'
import { SuggestionList } from './suggestion-list.tsx'
import { SLACKBOT, useWorkspace } from './workspace.ts'

interface Props {
  channel: Channel
  threadTs: string | null
  addNotice: (message: Pick<ChatMessage, 'userId' | 'text'>) => void
  addAnswer: (command: string, answer: SlashAnswer) => void
}

const commandOf = (text: string): string => text.split(/\s/)[0] ?? ''

/** Sends what was typed: a slash command, or a message. Slack takes no slash commands in threads. */
function useSend({ channel, threadTs, addNotice, addAnswer }: Props): (text: string) => Promise<void> {
  const { state, me, live } = useWorkspace()
  return async (text) => {
    const tell = (sentence: string): void => {
      addNotice({ userId: SLACKBOT.id, text: sentence })
    }
    const command = commandOf(text)
    try {
      if (!text.startsWith('/')) {
        const body = { userId: me.id, channelId: channel.id, text: writeOutgoing(text, state) }
        await postMessage(threadTs === null ? body : { ...body, threadTs })
      } else if (threadTs !== null) {
        tell(`\`${command}\` is not supported in threads. Sorry!`)
      } else if (command === '/migrate') {
        addAnswer(command, await postSlash({ userId: me.id, channelId: channel.id, text }))
      } else {
        tell(
          `\`${command}\` is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands.`,
        )
      }
    } catch (error) {
      tell((error as Error).message)
    } finally {
      live.refresh()
    }
  }
}

/** The box to write in. Enter sends, Shift+Enter makes a line, Tab takes a suggestion, ↑ brings back the last text. */
export function Composer(props: Props) {
  const { channel, threadTs } = props
  const { me } = useWorkspace()
  const [text, setText] = useState('')
  const [sent, setSent] = useState('')
  const [pending, setPending] = useState(0)
  const [chosen, setChosen] = useState<number | null>(null)
  const [dismissed, setDismissed] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const send = useSend(props)
  const suggestions = dismissed || threadTs !== null ? [] : suggest(text)
  const testId = threadTs === null ? 'composer' : 'thread-composer'

  useLayoutEffect(() => {
    const element = area.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${String(Math.min(element.scrollHeight, 220))}px`
  }, [text])

  const write = (next: string): void => {
    setText(next)
    setChosen(null)
    setDismissed(false)
  }
  const take = (number: number): void => {
    write(suggestions[number]?.insert ?? text)
    area.current?.focus()
  }
  const submit = (): void => {
    const trimmed = text.trim()
    if (trimmed === '') return
    setSent(trimmed)
    write('')
    setPending((count) => count + 1)
    void send(trimmed).finally(() => {
      setPending((count) => count - 1)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (suggestions.length > 0 && step !== 0) {
      event.preventDefault()
      const from = chosen ?? (step > 0 ? -1 : suggestions.length)
      setChosen((from + step + suggestions.length) % suggestions.length)
    } else if (suggestions.length > 0 && event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault()
      take(chosen ?? 0)
    } else if (suggestions.length > 0 && event.key === 'Escape') {
      setDismissed(true)
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (chosen === null) submit()
      else take(chosen)
    } else if (event.key === 'ArrowUp' && text === '' && sent !== '') {
      event.preventDefault()
      write(sent)
    }
  }

  return (
    <div className="composer-frame">
      {suggestions.length > 0 && <SuggestionList suggestions={suggestions} chosen={chosen} onTake={take} />}
      <div className="composer">
        <textarea
          ref={area}
          rows={1}
          value={text}
          data-testid={testId}
          aria-label={threadTs === null ? `Message #${channel.name}` : 'Reply in thread'}
          placeholder={
            threadTs === null
              ? `Message #${channel.name} as ${me.name}, or type / for commands`
              : `Reply as ${me.name}…`
          }
          onChange={(event) => {
            write(event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
        <div className="composer-bar">
          <span className="composer-hint">
            {pending > 0 ? (
              'Sending…'
            ) : (
              <>
                <kbd>Enter</kbd> sends · <kbd>Shift</kbd>+<kbd>Enter</kbd> new line
              </>
            )}
          </span>
          <button
            type="button"
            className={text.trim() === '' ? 'send' : 'send ready'}
            aria-label="Send"
            data-testid={`${testId}-send`}
            disabled={text.trim() === ''}
            onClick={submit}
          >
            <Icon name="send" size={17} />
          </button>
        </div>
      </div>
    </div>
  )
}
