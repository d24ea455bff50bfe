import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

const GAP_PX = 6
const EDGE_PX = 8

interface Props {
  anchor: RefObject<HTMLElement | null>
  label: string
  onClose: () => void
  children: React.ReactNode
}

/** A small panel beside its anchor, above it when there is no room below. Escape and a click elsewhere close it. */
export function Popover({ anchor, label, onClose, children }: Props) {
  const panel = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null)

  useLayoutEffect(() => {
    const from = anchor.current?.getBoundingClientRect()
    const size = panel.current?.getBoundingClientRect()
    if (from === undefined || size === undefined) return
    const below = from.bottom + GAP_PX
    const top = below + size.height + EDGE_PX <= window.innerHeight ? below : from.top - GAP_PX - size.height
    const left = Math.min(from.right - size.width / 2, window.innerWidth - size.width - EDGE_PX)
    setPlace({ left: Math.max(EDGE_PX, left), top: Math.max(EDGE_PX, top) })
  }, [anchor])

  useEffect(() => {
    const press = (event: PointerEvent): void => {
      const target = event.target as Node
      if (panel.current?.contains(target) !== true && anchor.current?.contains(target) !== true) onClose()
    }
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose()
    }
    document.addEventListener('pointerdown', press)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', press)
      document.removeEventListener('keydown', key)
    }
  }, [anchor, onClose])

  const style = place === null ? { visibility: 'hidden' as const } : place
  return createPortal(
    <div className="popover" role="dialog" aria-label={label} ref={panel} style={style}>
      {children}
    </div>,
    document.body,
  )
}
