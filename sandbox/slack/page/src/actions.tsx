import { useId, useRef, useState } from 'react'
import type { BlockElement } from './block-types.ts'
import { Icon } from './icons.tsx'
import { useInteractions } from './interaction.tsx'
import { listOptions } from './modal-state.ts'
import { readPlain } from './mrkdwn-text.tsx'
import { Popover } from './popover.tsx'
import { useWorkspace } from './workspace.ts'

function Button({ element }: { element: BlockElement }) {
  const { waiting, failed, act } = useInteractions()
  const busy = waiting === element.action_id
  return (
    <>
      <button
        type="button"
        id={element.action_id}
        className={`button ${element.style ?? 'default'}${busy ? ' busy' : ''}`}
        data-testid={`button-${element.action_id ?? ''}`}
        aria-label={element.accessibility_label}
        aria-busy={busy}
        disabled={busy}
        onClick={() => {
          act(element)
        }}
      >
        {readPlain(element.text?.text ?? '')}
      </button>
      {failed === element.action_id && (
        <span className="no-ack" role="alert">
          <Icon name="alert" size={14} /> This app is not responding. Try again?
        </span>
      )}
    </>
  )
}

function Select({ element }: { element: BlockElement }) {
  const { act } = useInteractions()
  const { state } = useWorkspace()
  const options =
    element.type === 'users_select'
      ? state.users.map(({ id, name }) => ({ text: name, value: id }))
      : listOptions(element).map((option) => ({ text: option.text.text, value: option.value }))
  return (
    <select
      className="select"
      data-testid={`select-${element.action_id ?? ''}`}
      aria-label={element.placeholder?.text ?? 'Select'}
      defaultValue={element.initial_option?.value ?? element.initial_user ?? ''}
      onChange={(event) => {
        act(element, event.target.value)
      }}
    >
      <option value="" disabled>
        {element.placeholder?.text ?? 'Choose an option'}
      </option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  )
}

function Overflow({ element }: { element: BlockElement }) {
  const { act } = useInteractions()
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        type="button"
        ref={anchor}
        className="button default overflow"
        aria-label="More actions"
        aria-haspopup="menu"
        data-testid={`button-${element.action_id ?? ''}`}
        onClick={() => {
          setOpen(true)
        }}
      >
        <Icon name="more" />
      </button>
      {open && (
        <Popover
          anchor={anchor}
          onClose={() => {
            setOpen(false)
          }}
          label="More actions"
        >
          <div className="menu" role="menu">
            {listOptions(element).map((option) => (
              <button
                type="button"
                role="menuitem"
                key={option.value}
                onClick={() => {
                  setOpen(false)
                  act({ ...element, ...(option.url === undefined ? {} : { url: option.url }) }, option.value)
                }}
              >
                {readPlain(option.text.text)}
              </button>
            ))}
          </div>
        </Popover>
      )}
    </>
  )
}

function Choices({ element }: { element: BlockElement }) {
  const { act } = useInteractions()
  const name = useId()
  const kind = element.type === 'checkboxes' ? 'checkbox' : 'radio'
  const initial = new Set([element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value))
  return (
    <div className="choices">
      {listOptions(element).map((option) => (
        <label key={option.value}>
          <input
            type={kind}
            name={name}
            value={option.value}
            defaultChecked={initial.has(option.value)}
            onChange={(event) => {
              const boxes = [...(event.target.closest('.choices')?.querySelectorAll('input') ?? [])]
              act(element, boxes.flatMap((box) => (box.checked ? [box.value] : [])).join(','))
            }}
          />
          {option.text.text}
        </label>
      ))}
    </div>
  )
}

function Element({ element }: { element: BlockElement }) {
  switch (element.type) {
    case 'button':
    case 'workflow_button':
      return <Button element={element} />
    case 'static_select':
    case 'users_select':
      return <Select element={element} />
    case 'overflow':
      return <Overflow element={element} />
    case 'radio_buttons':
    case 'checkboxes':
      return <Choices element={element} />
    case 'image':
      return <img className="accessory-image" src={element.image_url} alt={element.alt_text ?? ''} />
    default:
      return <span className="edited">({element.type} cannot be used in this sandbox)</span>
  }
}

/** The row of an `actions` block. */
export function Actions({ elements }: { elements: BlockElement[] }) {
  return (
    <div className="block-actions">
      {elements.map((element, at) => (
        <Element key={element.action_id ?? at} element={element} />
      ))}
    </div>
  )
}

/** What stands at the right of a section. */
export function Accessory({ element }: { element: BlockElement }) {
  return (
    <div className="block-accessory">
      <Element element={element} />
    </div>
  )
}
