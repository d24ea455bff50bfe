import type { Migration } from '../../migration/migration.ts'

/** Where a migration stands in two or three words: `running (copy)`, `finished`. */
export function statusWords(migration: Migration): string {
  switch (migration.status) {
    case 'running':
      return `running (${migration.phase})`
    case 'paused':
      return `paused (${migration.phase})`
    case 'failed':
      return `stopped in ${migration.phase}`
    case 'aborting':
      return 'being taken back'
    case 'abort-failed':
      return `taking back stopped at ${migration.phase}`
    case 'aborted':
      return 'taken back'
    case 'finished':
      return 'finished'
  }
}
