import { readTablespacesUsed } from '../../postgres/relations.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames } from '../findings.ts'

const find = findingsOf('tablespaces')

/** Does the source spread over tablespaces? The target's default one takes everything. */
export const tablespaces: AuditCheck = {
  name: 'tablespaces',
  whenUnknown: 'warn',
  async run({ source }) {
    const used = await readTablespacesUsed(source)
    if (used.length === 0) return [find.ok('The source uses no tablespaces of its own.')]
    const words = used.map(({ name, relations }) => `${name} (${countOf(relations, 'relation')})`)
    return [
      find.warn(
        `What is in tablespaces of the source goes into the target's default one: ${listNames(words)}.`,
        "See that the disk of the target's data directory has room for all of it.",
      ),
    ]
  },
}
