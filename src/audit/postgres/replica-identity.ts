import { quoteIdent, quoteQualified } from '../../postgres/quote.ts'
import { readReplicaIdentities, type ReplicaIdentity } from '../../postgres/replica-identity.ts'
import type { Finding } from '../../migration/finding.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('replica-identity')

/** Each has its own choices; more than these are done in a second round. */
const MAX_TABLES = 10

/**
 * Can rows of every table be told apart when they are updated or deleted?
 *
 * A published table for which they cannot is broken for the application at once: its UPDATE and DELETE fail, and so does
 * every INSERT … ON CONFLICT DO UPDATE. So a table without an identity always blocks, whatever it was used for until now.
 */
export const replicaIdentity: AuditCheck = {
  name: 'replica-identity',
  whenUnknown: 'block',
  async run({ source }) {
    const tables = await readReplicaIdentities(source)
    const without = tables.filter(({ identity }) => identity === 'none')
    const full = tables.filter(({ identity }) => identity === 'full')
    const incomparable = full.filter(({ withoutEquality }) => withoutEquality.length > 0)
    const findings: Finding[] = [...without.slice(0, MAX_TABLES).map(withoutIdentity)]
    if (without.length > MAX_TABLES) {
      const rest = without.slice(MAX_TABLES).map(nameOf)
      findings.push(
        find.block(
          `${countOf(rest.length, 'more table')} without a usable replica identity: ${listNames(rest)}.`,
          'Give each a primary key, or choose as for the tables above.',
        ),
      )
    }
    findings.push(...incomparable.map(withIncomparable))
    const slow = full.filter((table) => !incomparable.includes(table))
    if (slow.length > 0) {
      findings.push(
        find.warn(
          `Rows of ${listNames(slow.map(nameOf))} are told apart by all their columns (REPLICA IDENTITY FULL): each change searches the whole table on the target, unless an index helps.`,
          'Fine for small or seldom changed tables; for others add a primary key.',
        ),
      )
    }
    if (findings.length > 0) return findings
    return [find.ok(`Rows of all ${countOf(tables.length, 'table')} can be told apart.`)]
  },
}

function withoutIdentity(table: ReplicaIdentity): Finding {
  const name = quoteQualified(table.schema, table.name)
  const choices = [
    `add a key: \`ALTER TABLE ${name} ADD PRIMARY KEY (…);\``,
    ...(table.candidateIndex === null
      ? []
      : [
          `use its unique index: \`ALTER TABLE ${name} REPLICA IDENTITY USING INDEX ${quoteIdent(table.candidateIndex)};\``,
        ]),
    // FULL would stop the stream at the first change of a column that cannot be compared.
    ...(table.withoutEquality.length > 0 ? [] : [`compare whole rows: \`ALTER TABLE ${name} REPLICA IDENTITY FULL;\``]),
  ]
  return find.block(
    `Table ${nameOf(table)} has no usable replica identity, because ${table.reasonWithout}: its UPDATE and DELETE would fail from the moment it is published. ${changesOf(table)}`,
    `Choose one, with \`SET lock_timeout = '2s';\` before: ${choices.join(' · ')}`,
  )
}

function withIncomparable(table: ReplicaIdentity): Finding {
  const summary = `Rows of ${nameOf(table)} are told apart by all their columns, but ${listNames(table.withoutEquality)} cannot be compared: the first UPDATE or DELETE stops the stream. ${changesOf(table)}`
  const remedy = `ALTER TABLE ${quoteQualified(table.schema, table.name)} ADD PRIMARY KEY (…), REPLICA IDENTITY DEFAULT`
  return table.changes === 0n ? find.warn(summary, remedy) : find.block(summary, remedy)
}

function changesOf({ changes }: ReplicaIdentity): string {
  if (changes === null) return 'Whether it gets any is not known.'
  if (changes === 0n) return 'It got none since the statistics began.'
  return `It got ${changes.toString()} since the statistics began.`
}

function nameOf({ schema, name }: { schema: string; name: string }): string {
  return `${schema}.${name}`
}
