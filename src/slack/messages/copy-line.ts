import type { TableProgress } from '../../migration/progress.ts'
import { section, toMessage } from '../blocks.ts'
import { toCode } from '../escape.ts'
import { formatBytes, formatDuration, formatList, formatNumberOf } from '../format.ts'
import type { Message } from '../message.ts'
import { copyPercent } from './progress-lines.ts'

/** One line of how far the copy is, with the tables it is at. */
export function copyLine(view: {
  readonly tables: readonly TableProgress[]
  readonly bytesTotal: number
  readonly bytesCopied: number
  readonly etaMs: number | null
  readonly tookMs: number
}): Message {
  const copied = view.tables.filter((table) => table.state === 'copied').length
  const copying = view.tables.filter((table) => table.state === 'copying').map(({ table }) => table)
  const figures = [
    `${formatBytes(view.bytesCopied)} of ${formatBytes(view.bytesTotal)}`,
    `${copied} of ${formatNumberOf(view.tables.length, 'table')}`,
    view.etaMs === null ? `${formatDuration(view.tookMs)} so far` : `about ${formatDuration(view.etaMs)} left`,
  ].join(' · ')
  const percent = copyPercent(view)
  const at = copying.length === 0 ? [] : [`Now at ${formatList(shortened(copying.map((table) => toCode(table))))}`]
  return toMessage(`copy ${percent}: ${figures}.`, [section(`*copy ${percent}* · ${figures}`, ...at)])
}

function shortened(names: readonly string[]): readonly string[] {
  return names.length <= 4 ? names : [...names.slice(0, 3), `${names.length - 3} more`]
}
