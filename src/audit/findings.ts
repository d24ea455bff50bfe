import type { Finding } from '../migration/finding.ts'

/** Makes the findings of one check, named by what they come to. */
export interface FindingMaker {
  ok(summary: string): Finding
  info(summary: string, remedy?: string): Finding
  warn(summary: string, remedy: string): Finding
  block(summary: string, remedy: string): Finding
}

/** @param check - the check's name, which stands in each finding */
export function findingsOf(check: string): FindingMaker {
  return {
    ok: (summary) => ({ check, verdict: 'ok', summary, remedy: null }),
    info: (summary, remedy) => ({ check, verdict: 'info', summary, remedy: remedy ?? null }),
    warn: (summary, remedy) => ({ check, verdict: 'warn', summary, remedy }),
    block: (summary, remedy) => ({ check, verdict: 'block', summary, remedy }),
  }
}

/** More than these make a message that nobody reads. */
const MAX_LISTED = 8

/** Lists names for people: the first few, then how many more there are. */
export function listNames(names: readonly string[], limit = MAX_LISTED): string {
  const rest = names.length - limit
  const shown = names.slice(0, limit).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

/** Lists statements for people, each in backticks as the report shows them. */
export function listStatements(statements: readonly string[], limit = MAX_LISTED): string {
  const rest = statements.length - limit
  const shown = statements
    .slice(0, limit)
    .map((statement) => `\`${statement};\``)
    .join(' ')
  return rest > 0 ? `${shown} and ${rest} more like these` : shown
}

/** Says a number of things: `1 table`, `3 tables`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Says a size as PostgreSQL does, with a factor of 1024. */
export function describeBytes(bytes: bigint | number): string {
  let rest = Number(bytes)
  let size = 0
  while (Math.abs(rest) >= 1024 && size < SIZES.length - 1) {
    rest /= 1024
    size++
  }
  return `${size === 0 ? rest : Number(rest.toPrecision(3))} ${SIZES[size] ?? 'B'}`
}

/** Says an age: `45 s`, `12 min`, `3 h`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
