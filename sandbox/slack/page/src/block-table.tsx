import { useState } from 'react'
import type { SlackBlock, TableCell } from './block-types.ts'
import { LibraryBlock } from './library-block.tsx'
import { readPlain } from './mrkdwn-text.tsx'

const DEFAULT_PAGE_ROWS = 5

function Cell({ cell }: { cell: TableCell | undefined }) {
  if (cell === undefined) return null
  if (cell.type === 'rich_text') return <LibraryBlock block={cell as unknown as SlackBlock} />
  return readPlain(cell.text ?? String(cell.value ?? ''))
}

/** `table` and `data_table`. Own, because slack-blocks-to-jsx throws on numbers and draws no data_table. */
export function BlockTable({ block }: { block: SlackBlock }) {
  const [page, setPage] = useState(0)
  const [head = [], ...rows] = block.rows ?? []
  const pageRows = block.type === 'data_table' ? (block.page_size ?? DEFAULT_PAGE_ROWS) : rows.length
  const pages = Math.max(1, Math.ceil(rows.length / Math.max(1, pageRows)))
  const current = Math.min(page, pages - 1)
  const align = (column: number): 'left' | 'center' | 'right' => {
    const told = block.column_settings?.[column]?.align
    return told ?? (rows.every((row) => row[column]?.type === 'raw_number') && rows.length > 0 ? 'right' : 'left')
  }
  const wraps = (column: number): boolean => block.column_settings?.[column]?.is_wrapped === true
  const writeCells = (row: TableCell[], Tag: 'td' | 'th') =>
    row.map((cell, column) => (
      <Tag key={column} style={{ textAlign: align(column) }} className={wraps(column) ? 'wraps' : undefined}>
        <Cell cell={cell} />
      </Tag>
    ))
  return (
    <div className="block-table">
      <table>
        {block.caption !== undefined && <caption>{block.caption}</caption>}
        <thead>
          <tr>{writeCells(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.slice(current * pageRows, (current + 1) * pageRows).map((row, at) => (
            <tr key={at}>{writeCells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
      {pages > 1 && (
        <div className="block-table-pages">
          <button
            type="button"
            disabled={current === 0}
            onClick={() => {
              setPage(current - 1)
            }}
          >
            Previous
          </button>
          <span>
            {current + 1} of {pages}
          </span>
          <button
            type="button"
            disabled={current === pages - 1}
            onClick={() => {
              setPage(current + 1)
            }}
          >
            Next
          </button>
        </div>
      )}
    </div>
  )
}
