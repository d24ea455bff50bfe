/** Lets the buttons and menus of a message, a modal or the Home tab reach the app. */
import { createContext, useCallback, useContext, useState } from 'react'
import { type PressPlace, postPress } from './api.ts'
import type { BlockElement, Confirm } from './block-types.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { readPermalink } from './route.ts'
import { useWorkspace } from './workspace.ts'

interface Interactions {
  /** action_id that waits for the app's ack, or null. */
  waiting: string | null
  /** action_id that the app did not ack in time, or null. */
  failed: string | null
  act: (element: BlockElement, value?: string) => void
}

const InteractionContext = createContext<Interactions | null>(null)

export function useInteractions(): Interactions {
  const interactions = useContext(InteractionContext)
  if (interactions === null) throw new Error('outside of a message or view')
  return interactions
}

interface Asked {
  confirm: Confirm
  proceed: () => void
}

export function Interaction({ place, children }: { place: PressPlace; children: React.ReactNode }) {
  const { me, live, navigate, notify } = useWorkspace()
  const [waiting, setWaiting] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const { channelId, ts, viewId } = place

  const press = useCallback(
    async (actionId: string, value: string | undefined) => {
      setWaiting(actionId)
      setFailed(null)
      try {
        const answer = await postPress({
          userId: me.id,
          actionId,
          ...(channelId === undefined ? {} : { channelId }),
          ...(ts === undefined ? {} : { ts }),
          ...(viewId === undefined ? {} : { viewId }),
          ...(value === undefined ? {} : { value }),
        })
        if (answer.ackMs === null) setFailed(actionId)
      } catch (error) {
        notify((error as Error).message)
      } finally {
        setWaiting(null)
        live.refresh()
      }
    },
    [me.id, channelId, ts, viewId, live, notify],
  )

  const act = useCallback(
    (element: BlockElement, value?: string) => {
      const proceed = (): void => {
        const place = element.url === undefined ? null : readPermalink(element.url)
        if (place !== null) navigate(place)
        else if (element.url !== undefined) window.open(element.url, '_blank', 'noreferrer')
        void press(element.action_id ?? '', value ?? element.value)
      }
      if (element.confirm === undefined) proceed()
      else setAsked({ confirm: element.confirm, proceed })
    },
    [press, navigate],
  )

  return (
    <InteractionContext value={{ waiting, failed, act }}>
      {children}
      {asked !== null && (
        <ConfirmDialog
          confirm={asked.confirm}
          onConfirm={() => {
            setAsked(null)
            asked.proceed()
          }}
          onDeny={() => {
            setAsked(null)
          }}
        />
      )}
    </InteractionContext>
  )
}
