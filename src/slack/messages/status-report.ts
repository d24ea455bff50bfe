import type { PhaseName } from '../../migration/phase-name.ts'
import { context, toMessage } from '../blocks.ts'
import { formatDuration } from '../format.ts'
import type { Message } from '../message.ts'
import { migrationButtons } from './migration-buttons.ts'
import { migrationBlocks, migrationSentence, type RootView } from './root-message.ts'

/** The root message's view, and how long each finished phase took. */
export interface StatusView extends RootView {
  readonly phases: readonly { readonly phase: PhaseName; readonly tookMs: number }[]
}

/** Answers `/migrate status shop`. */
export function statusReport(view: StatusView): Message {
  const buttons = migrationButtons(view.migration)
  const times = view.phases.map(({ phase, tookMs }) => `${phase} ${formatDuration(tookMs)}`).join(' · ')
  return toMessage(migrationSentence(view), [
    ...migrationBlocks(view),
    ...(times === '' ? [] : [context(`Took: ${times}`)]),
    ...(buttons === null ? [] : [buttons]),
  ])
}
