import { useCallback, useRef, useState } from 'react'
import type { ChatMessage } from './api.ts'
import { EmojiPicker } from './emoji-picker.tsx'
import { Icon } from './icons.tsx'
import { Popover } from './popover.tsx'
import { useReact } from './reactions.tsx'
import { useWorkspace } from './workspace.ts'

/** The button that opens the emoji picker for a message. */
export function AddReaction({
  message,
  channelId,
  testId,
}: {
  message: ChatMessage
  channelId: string
  testId: string
}) {
  const { me } = useWorkspace()
  const anchor = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const close = useCallback(() => {
    setOpen(false)
  }, [])
  const react = useReact(channelId, message.ts)
  const pick = (name: string): void => {
    setOpen(false)
    const mine =
      message.reactions?.some((reaction) => reaction.name === name && reaction.users.includes(me.id)) === true
    react(name, mine)
  }
  return (
    <>
      <button
        type="button"
        ref={anchor}
        className={open ? 'tool open' : 'tool'}
        aria-label="Add reaction"
        aria-expanded={open}
        data-tip="Add reaction"
        data-testid={testId}
        onClick={() => {
          setOpen(!open)
        }}
      >
        <Icon name="smile" />
      </button>
      {open && (
        <Popover anchor={anchor} label="Pick a reaction" onClose={close}>
          <EmojiPicker onPick={pick} />
        </Popover>
      )}
    </>
  )
}
