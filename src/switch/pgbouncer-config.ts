import { FlyttError } from '../errors.ts'
import type { Endpoint } from './switch.ts'

/**
 * Rewrites where one database of a pgbouncer.ini points, and nothing else: comments, order and every other key stay.
 *
 * @param text - the whole file
 * @param database - the key in `[databases]`
 * @returns the new text
 * @throws {FlyttError} `SWITCH_FAILED` when the database stands in no line of `[databases]`
 * @see https://www.pgbouncer.org/config.html#section-databases
 */
export function pointDatabaseAt(text: string, database: string, endpoint: Endpoint): string {
  let section = ''
  let lineCount = 0
  const lines = text.split('\n').map((line) => {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1]
    if (header !== undefined) section = header.trim().toLowerCase()
    if (section !== 'databases' || /^\s*[;#]/.test(line)) return line
    const entry = /^(\s*)("(?:[^"]|"")*"|[^\s=]+)(\s*=\s*)(.*)$/.exec(line)
    if (entry === null) return line
    const [, indent = '', key = '', equals = '', value = ''] = entry
    if (key.replace(/^"|"$/g, '').replaceAll('""', '"') !== database) return line
    lineCount += 1
    return `${indent}${key}${equals}${withEndpoint(value, endpoint)}`
  })
  if (lineCount === 0) {
    throw new FlyttError('SWITCH_FAILED', {
      context: {
        switchName: `pgbouncer ${database}`,
        reason: 'its configuration file has no line for this database in [databases]',
      },
    })
  }
  return lines.join('\n')
}

/** A value is `key=value` pairs; a value with spaces or quotes stands in single quotes, doubled inside. */
function withEndpoint(value: string, endpoint: Endpoint): string {
  const wanted: Record<string, string> = {
    host: endpoint.host,
    port: String(endpoint.port),
    dbname: endpoint.database,
  }
  const seen = new Set<string>()
  const replaced = value.replace(/([A-Za-z_]+)(\s*=\s*)('(?:[^']|'')*'|\S*)/g, (whole, key: string, equals: string) => {
    const next = wanted[key.toLowerCase()]
    if (next === undefined) return whole
    seen.add(key.toLowerCase())
    return `${key}${equals}${quoteValue(next)}`
  })
  const missing = Object.entries(wanted)
    .filter(([key]) => !seen.has(key))
    .map(([key, next]) => `${key}=${quoteValue(next)}`)
  return [replaced.trimEnd(), ...missing].filter((part) => part !== '').join(' ')
}

function quoteValue(value: string): string {
  return /^[\w.:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
}
