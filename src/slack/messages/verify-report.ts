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

/** Whether both sides hold the same rows: differences first, then the largest tables. */
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
  const lines = [...different, ...equal].map(tableLine)
  const rest = lines.length - SHOWN
  return toMessage(`verify: ${sentence}.`, [
    section(`${different.length === 0 ? '✓' : '⛔'} *verify:* ${sentence}.`),
    ...(lines.length === 0 ? [] : [section(...lines.slice(0, SHOWN), ...(rest > 0 ? [`… and ${rest} more`] : []))]),
    context(`${formatNumberOf(view.rounds, 'round')} in ${formatDuration(view.tookMs)}`),
  ])
}

function tableLine({ table, rows, equal, detail }: VerifiedTable): string {
  if (equal) return `✓ ${toCode(table)} ${formatCount(rows)}`
  return `⛔ ${toCode(table)} ${detail === null ? 'differs' : escapeText(truncate(detail, 150))}`
}
