import { context, section, toMessage } from '../blocks.ts'
import { escapeText, toCode, truncate } from '../escape.ts'
import { formatCount, formatDuration, formatNumberOf } from '../format.ts'
import type { Message } from '../message.ts'

/** One table compared on both sides. */
export interface VerifiedTable {
  readonly table: string
  readonly rows: bigint
  readonly equal: boolean
  /** What differs; null when nothing does. */
  readonly detail: string | null
}

const SHOWN = 15
const LARGEST_SHOWN = 3

/** Whether both sides hold the same rows: each difference, or in one line the largest tables. */
export function verifyReport(view: {
  readonly tables: readonly VerifiedTable[]
  readonly rounds: number
  readonly tookMs: number
}): Message {
  const different = view.tables.filter(({ equal }) => !equal)
  const equal = view.tables.filter((table) => table.equal).sort((a, b) => Number(b.rows - a.rows))
  const rows = view.tables.reduce((sum, table) => sum + table.rows, 0n)
  const amount = `${formatNumberOf(view.tables.length, 'table')}, ${formatNumberOf(rows, 'row')}`
  const sentence =
    different.length === 0
      ? `${amount}: every hash is equal on both sides`
      : `${formatNumberOf(different.length, 'table differs', 'tables differ')} between the sides, of ${view.tables.length}`
  const rest = different.length - SHOWN
  const largest = equal
    .slice(0, LARGEST_SHOWN)
    .map(({ table, rows: count }) => `${toCode(table)} ${formatCount(count)}`)
  const took = `${formatNumberOf(view.rounds, 'round')} in ${formatDuration(view.tookMs)}`
  return toMessage(`verify: ${sentence}.`, [
    section(`${different.length === 0 ? '✓' : '⛔'} *verify:* ${sentence}.`),
    ...(different.length === 0
      ? []
      : [section(...different.slice(0, SHOWN).map(differenceLine), ...(rest > 0 ? [`… and ${rest} more`] : []))]),
    context([...(largest.length === 0 ? [] : [`largest equal: ${largest.join(', ')}`]), took].join(' · ')),
  ])
}

function differenceLine({ table, detail }: VerifiedTable): string {
  return `⛔ ${toCode(table)} ${detail === null ? 'differs' : escapeText(truncate(detail, 150))}`
}
