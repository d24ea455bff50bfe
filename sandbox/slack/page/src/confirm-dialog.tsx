import type { Confirm } from './block-types.ts'
import { Dialog } from './dialog.tsx'
import { TextObject } from './mrkdwn-text.tsx'

/** The question that a button's `confirm` object asks before it acts. */
export function ConfirmDialog({
  confirm,
  onConfirm,
  onDeny,
}: {
  confirm: Confirm
  onConfirm: () => void
  onDeny: () => void
}) {
  return (
    <Dialog
      title={confirm.title?.text ?? 'Are you sure?'}
      testId="confirm"
      narrow
      onClose={onDeny}
      footer={
        <>
          <button type="button" className="button default" data-testid="confirm-deny" onClick={onDeny}>
            {confirm.deny?.text ?? 'Cancel'}
          </button>
          <button
            type="button"
            className={`button ${confirm.style ?? 'primary'}`}
            data-testid="confirm-ok"
            autoFocus
            onClick={onConfirm}
          >
            {confirm.confirm?.text ?? 'Yes'}
          </button>
        </>
      }
    >
      <TextObject text={confirm.text} />
    </Dialog>
  )
}
