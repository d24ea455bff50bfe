import { createHash } from 'node:crypto'
import { z } from 'zod'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'

const schemaLines = loadSql('schema-lines')
const lineRow = z.object({
  kind: z.string(),
  object: z.string(),
  definition: z.string(),
  strict_definition: z.string(),
})

/** One fact about a schema; `strict_definition` is compared only with the same server's at another time. */
export type SchemaLine = z.infer<typeof lineRow>

/**
 * Gives a text that changes when anything of the schema changes: tables, columns, constraints, indexes, triggers, views,
 * functions, types, sequences' parameters, rights, comments, extensions. Comparable only with the same server's.
 *
 * @returns 64 hexadecimal digits
 */
export async function readSchemaFingerprint(session: Session): Promise<string> {
  const hash = createHash('sha256')
  for (const line of await readSchemaLines(session)) {
    for (const part of [line.kind, line.object, line.definition, line.strict_definition]) hash.update(part).update('\0')
  }
  return hash.digest('hex')
}

/** @returns what the schema of the session's database is made of */
export async function readSchemaLines(session: Session): Promise<SchemaLine[]> {
  // Names in definitions are qualified unless search_path leads to them, and constants are printed as the session's
  // settings say. A transaction keeps these from outliving the query.
  await session.query(
    `BEGIN READ ONLY; SET LOCAL search_path = ''; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD';
     SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
     SET LOCAL lc_monetary = 'C'`,
  )
  try {
    return await session.rows(lineRow, schemaLines, [FLYTT_SCHEMA])
  } finally {
    // A session that is gone needs no end of its transaction; the query's own error is the one that counts.
    await session.query('COMMIT').catch(() => undefined)
  }
}

/**
 * Compares the schemas of two servers.
 *
 * Brackets and blanks do not count: majors put them differently into the expressions they print.
 *
 * @param mayDiffer - kinds and objects that are known to differ, as `kind object`
 * @returns one sentence per difference
 */
export function compareSchemas(
  source: readonly SchemaLine[],
  target: readonly SchemaLine[],
  mayDiffer: ReadonlySet<string> = new Set(),
): string[] {
  const missing = (from: readonly SchemaLine[], other: readonly SchemaLine[]) => {
    const keys = new Set(other.map(looseKey))
    return from.filter((line) => !keys.has(looseKey(line)) && !mayDiffer.has(`${line.kind} ${line.object}`))
  }
  const onSource = missing(source, target)
  const onTarget = missing(target, source)
  const nameOf = ({ kind, object }: SchemaLine) => `${kind} ${object}`
  const targetNames = new Set(onTarget.map(nameOf))
  const sourceNames = new Set(onSource.map(nameOf))
  const sentences = [
    ...onSource.map((line) =>
      targetNames.has(nameOf(line))
        ? `${nameOf(line)} differs`
        : `${nameOf(line)} (${line.definition}) is missing on the target`,
    ),
    ...onTarget
      .filter((line) => !sourceNames.has(nameOf(line)))
      .map((line) => `${nameOf(line)} (${line.definition}) is only on the target`),
  ]
  return [...new Set(sentences)]
}

function looseKey({ kind, object, definition }: SchemaLine): string {
  return [kind, object, definition.replace(/[()\s]/g, '')].join('\0')
}
