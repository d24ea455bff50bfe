import { FLYTT_SCHEMA } from '../../migration/object-names.ts'
import { readUserObjects, readUserSchemas } from '../../postgres/database-contents.ts'
import { quoteIdent } from '../../postgres/quote.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('empty-target')

/** Is the target database empty, so that nothing is overwritten and nothing is in the way? */
export const emptyTarget: AuditCheck = {
  name: 'empty-target',
  whenUnknown: 'block',
  async run({ source, target }) {
    const { database } = await readServerIdentity(target)
    const objects = (await readUserObjects(target)).filter(({ schema }) => schema !== FLYTT_SCHEMA)
    const ofSource = new Set(await readUserSchemas(source))
    const conflicting = (await readUserSchemas(target)).filter((name) => ofSource.has(name) && name !== FLYTT_SCHEMA)
    const findings = []
    if (objects.length > 0) {
      const words = objects.map(({ kind, schema, name }) => `${kind} ${schema}.${name}`)
      const base = quoteIdent(database)
      findings.push(
        find.block(
          `The target database ${database} is not empty: ${countOf(objects.length, 'object')}, ${listNames(words, 5)}.`,
          `If nobody needs them: \`DROP DATABASE ${base};\` and \`CREATE DATABASE ${base} TEMPLATE template0;\` on the target; otherwise name another database in \`target.url\`.`,
        ),
      )
    }
    if (conflicting.length > 0) {
      findings.push(
        find.block(
          `The target database already has schemas that are to be made: ${listNames(conflicting)}.`,
          listStatements(conflicting.map((name) => `DROP SCHEMA ${quoteIdent(name)}`)),
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok(`The target database ${database} is empty.`)]
  },
}
