import { type SyntheticEvent, useId, useState } from 'react'
import { fetchViews, postClose, postSubmit } from './api.ts'
import type { View } from './block-types.ts'
import { Blocks } from './blocks.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Interaction } from './interaction.tsx'
import { InputBlock } from './modal-input.tsx'
import { type InputState, collectValues, findMissing, readInitial } from './modal-state.ts'
import { useFetched } from './live.ts'
import { useWorkspace } from './workspace.ts'

const NO_ANSWER = 'We had some trouble connecting. Try again?'

function Modal({ view }: { view: View }) {
  const { me, live } = useWorkspace()
  const form = useId()
  const [typed, setTyped] = useState<InputState>({})
  // When the app updates the view, what a person has typed stays, as in Slack.
  const inputs = { ...readInitial(view.blocks), ...typed }
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const close = (): void => {
    void postClose({ userId: me.id, viewId: view.id }).finally(live.refresh)
  }
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const missing = findMissing(view.blocks, inputs)
    setErrors(missing)
    setTrouble(null)
    if (Object.keys(missing).length > 0) return
    setBusy(true)
    try {
      const answer = await postSubmit({ userId: me.id, viewId: view.id, values: collectValues(view.blocks, inputs) })
      if (answer.ackMs === null) setTrouble(NO_ANSWER)
      setErrors(answer.response?.errors ?? {})
    } catch (error) {
      setTrouble((error as Error).message)
    } finally {
      setBusy(false)
      live.refresh()
    }
  }

  return (
    <Dialog
      title={view.title?.text ?? ''}
      testId="modal"
      onClose={close}
      footer={
        <>
          <button type="button" className="button default" data-testid="modal-close" onClick={close}>
            {view.close?.text ?? 'Cancel'}
          </button>
          {view.submit && (
            <button type="submit" form={form} className="button primary" data-testid="modal-submit" disabled={busy}>
              {view.submit.text}
            </button>
          )}
        </>
      }
    >
      {trouble !== null && (
        <p className="block-alert block-alert-error" role="alert">
          {trouble}
        </p>
      )}
      <form id={form} noValidate onSubmit={(event) => void submit(event)}>
        <Interaction place={{ viewId: view.id }}>
          <ErrorBoundary drawn={view.blocks} fallback={<p className="empty">This window cannot be drawn.</p>}>
            {view.blocks.map((block, at) =>
              block.type === 'input' ? (
                <InputBlock
                  key={block.block_id ?? at}
                  block={block}
                  value={inputs[block.block_id ?? ''] ?? []}
                  error={errors[block.block_id ?? '']}
                  onChange={(value) => {
                    setTyped((before) => ({ ...before, [block.block_id ?? '']: value }))
                  }}
                />
              ) : (
                <Blocks key={block.block_id ?? at} blocks={[block]} />
              ),
            )}
          </ErrorBoundary>
        </Interaction>
      </form>
    </Dialog>
  )
}

/** The topmost open modal of this person. */
export function Modals() {
  const { me, live } = useWorkspace()
  const views = useFetched(`views ${me.id}`, me.id, live.revision, () => fetchViews(me.id))
  const top = views?.filter((view) => view.type === 'modal').at(-1)
  return top === undefined ? null : <Modal key={top.id} view={top} />
}
