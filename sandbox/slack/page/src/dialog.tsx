import { type ReactNode, useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { Icon } from './icons.tsx'

interface Props {
  title: ReactNode
  testId: string
  narrow?: boolean
  onClose: () => void
  footer: ReactNode
  children: ReactNode
}

/** A window over the page that takes the focus; Escape closes it. */
export function Dialog({ title, testId, narrow = false, onClose, footer, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (element?.open === false) element.showModal()
    return () => {
      element?.close()
    }
  }, [])
  return createPortal(
    <dialog
      ref={dialog}
      className={narrow ? 'dialog narrow' : 'dialog'}
      data-testid={testId}
      aria-labelledby={`${testId}-title`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header className="dialog-header">
        <h2 id={`${testId}-title`}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="dialog-body">{children}</div>
      <footer className="dialog-footer">{footer}</footer>
    </dialog>,
    document.body,
  )
}
