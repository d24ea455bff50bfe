import { readLargeObjectCount } from '../../postgres/relations.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf } from '../findings.ts'

const find = findingsOf('large-objects')

/** Does the source hold large objects, which logical replication leaves behind? */
export const largeObjects: AuditCheck = {
  name: 'large-objects',
  whenUnknown: 'block',
  async run({ source }) {
    const count = await readLargeObjectCount(source)
    if (count === 0) return [find.ok('The source has no large objects.')]
    return [
      find.block(
        `The source has ${countOf(count, 'large object')}; logical replication does not carry them.`,
        'Move their contents into `bytea` columns; or remove those that nothing refers to (`vacuumlo`), or all of them: `SELECT lo_unlink(oid) FROM pg_largeobject_metadata;`',
      ),
    ]
  },
}
