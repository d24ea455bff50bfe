import { quoteIdent } from '../../postgres/quote.ts'
import { readChangedCollations, readDatabaseLocale, type DatabaseLocale } from '../../postgres/locale.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('text-order')

const PROVIDERS: Readonly<Record<string, string>> = { c: 'libc', i: 'icu', b: 'builtin' }

/** Do both databases encode and sort text the same way? */
export const textOrder: AuditCheck = {
  name: 'text-order',
  whenUnknown: 'block',
  async run({ source, target }) {
    const [from, to] = [await readDatabaseLocale(source), await readDatabaseLocale(target)]
    const { database } = await readServerIdentity(target)
    const create = `CREATE DATABASE ${quoteIdent(database)} TEMPLATE template0 ENCODING '${from.encoding}'`
    const findings = []
    if (from.encoding !== to.encoding) {
      const isConvertible = to.encoding === 'UTF8' && from.encoding !== 'SQL_ASCII'
      const summary = `The source is encoded in ${from.encoding}, the target in ${to.encoding}${isConvertible ? ': the text is converted' : ''}.`
      findings.push(
        isConvertible
          ? find.warn(summary, 'Nothing to do; a character that cannot be converted would stop the copy.')
          : find.block(summary, `Make the target database anew: \`${create};\``),
      )
    }
    if (describeLocale(from) !== describeLocale(to)) {
      findings.push(
        find.warn(
          `The source sorts text by ${describeLocale(from)}, the target by ${describeLocale(to)}: ORDER BY, text ranges and unique indexes may differ.`,
          `To sort as before, make the target database anew: \`${create} ${localeSql(from)};\``,
        ),
      )
    }
    const changed = await readChangedCollations(source)
    if (changed.length > 0) {
      findings.push(
        find.warn(
          `The source's library sorts otherwise than when indexes were built: ${listNames(changed.map(({ name, recorded, actual }) => `${name} (${recorded}, now ${actual})`))}. Unique indexes may hold duplicates, which would stop the index build on the target.`,
          'Rebuild text indexes of the source first: `REINDEX DATABASE CONCURRENTLY;`',
        ),
      )
    }
    return findings.length > 0
      ? findings
      : [find.ok(`Both databases are encoded in ${from.encoding} and sort by ${describeLocale(from)}.`)]
  },
}

function describeLocale({ provider, collate, ctype, locale }: DatabaseLocale): string {
  const name = provider === 'c' ? (collate === ctype ? collate : `${collate} (${ctype})`) : (locale ?? collate)
  return `${PROVIDERS[provider] ?? provider} ${name}`
}

function localeSql({ provider, collate, ctype, locale }: DatabaseLocale): string {
  const libc = `LC_COLLATE '${collate}' LC_CTYPE '${ctype}'`
  if (provider === 'i') return `LOCALE_PROVIDER icu ICU_LOCALE '${locale ?? ''}' ${libc}`
  return provider === 'b' ? `LOCALE_PROVIDER builtin BUILTIN_LOCALE '${locale ?? ''}' ${libc}` : libc
}
