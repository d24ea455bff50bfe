/**
 * Quotes a name for SQL, always: `weird"name` becomes `"weird""name"`.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes `schema.name`. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteIdent(schema)}.${quoteIdent(name)}`
}

/**
 * Quotes a text as a literal for the statements that cannot bind (`ALTER …`, `CREATE SUBSCRIPTION …`).
 *
 * The E'' form is used when there is a backslash, so that it means the same whatever `standard_conforming_strings` is.
 */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}
