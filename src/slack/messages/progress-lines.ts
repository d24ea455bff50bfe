import type { Lag } from '../../migration/lag.ts'
import type { PhaseProgress } from '../../migration/progress.ts'
import { escapeText, toCode, truncate } from '../escape.ts'
import { formatBytes, formatDuration, formatNumberOf, formatPercent, formatTime } from '../format.ts'

/** How far the copy is behind: `12 kB behind, 300 ms late`. */
export function lagWords(lag: Lag): string {
  const late = lag.replayMs === null ? '' : `, ${formatDuration(lag.replayMs)} late`
  return lag.lagBytes === 0 && late === '' ? 'nothing outstanding' : `${formatBytes(lag.lagBytes)} behind${late}`
}

/** The few characters that stand beside the phase's name: `42 %`; null when there is nothing to count. */
export function progressMark(progress: PhaseProgress): string | null {
  switch (progress.kind) {
    case 'copy':
      return copyPercent(progress)
    case 'indexes':
      return `${progress.done}/${progress.total}`
    case 'verify':
      return `${progress.tablesDone}/${progress.tablesTotal}`
    case 'approval':
      return `${progress.votes}/${progress.required}`
    case 'catch-up':
      return `${formatBytes(progress.lag.lagBytes)} behind`
    case 'note':
    case 'cutover':
      return null
  }
}

/** How much of the copy is done; tables without rows have no bytes and are done all the same. */
export function copyPercent(
  copy: Pick<Extract<PhaseProgress, { kind: 'copy' }>, 'tables' | 'bytesTotal' | 'bytesCopied'>,
): string {
  if (copy.bytesTotal > 0) return formatPercent(copy.bytesCopied, copy.bytesTotal)
  const isDone = copy.tables.length > 0 && copy.tables.every(({ state }) => state === 'copied')
  return formatPercent(isDone ? 1 : 0, 1)
}

/** What a phase tells while it works, in one or two lines. */
export function progressLines(progress: PhaseProgress): readonly string[] {
  switch (progress.kind) {
    case 'note':
      return [escapeText(truncate(progress.text, 500))]
    case 'copy':
      return [copyWords(progress)]
    case 'indexes':
      return [
        `${progress.done} of ${formatNumberOf(progress.total, 'key or index', 'keys and indexes')} built${progress.current === null ? '' : `; building ${toCode(progress.current)}`}`,
      ]
    case 'catch-up':
      return [
        `${capitalized(lagWords(progress.lag))}; small enough for ${formatDuration(progress.stableMs)} of ${formatDuration(progress.neededMs)}`,
      ]
    case 'verify':
      return [`${progress.tablesDone} of ${formatNumberOf(progress.tablesTotal, 'table')} compared`]
    case 'approval':
      return [
        `*${progress.votes} of ${progress.required} approvals* · ${formatTime(new Date(progress.expiresAt), 'day', 'expires')}`,
        ...(progress.lag === null ? [] : [`The copy keeps in step: ${lagWords(progress.lag)}`]),
      ]
    case 'cutover': {
      const last = progress.timeline.steps.at(-1)
      return [last === undefined ? 'The write stop begins' : `Step ${toCode(last.step)} done`]
    }
  }
}

function copyWords(progress: Extract<PhaseProgress, { kind: 'copy' }>): string {
  const copied = progress.tables.filter((table) => table.state === 'copied').length
  return [
    `${formatBytes(progress.bytesCopied)} of ${formatBytes(progress.bytesTotal)} copied`,
    `${copied} of ${formatNumberOf(progress.tables.length, 'table')}`,
    ...(progress.etaMs === null ? [] : [`about ${formatDuration(progress.etaMs)} left`]),
  ].join(' · ')
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
