import type { Migration } from '../../migration/migration.ts'
import { isBefore, PHASE_NAMES } from '../../migration/phase-name.ts'
import type { MigrationStatus } from '../../migration/status.ts'

const CURRENT: Record<MigrationStatus, string> = {
  running: '●',
  paused: '⏸',
  failed: '✕',
  aborting: '↩',
  'abort-failed': '✕',
  aborted: '○',
  finished: '✓',
}

/** A space at which no line breaks: a sign stays with its phase. */
const JOINED = '\u00a0'

/** Draws the phases in a row: `✓ audit · ✓ schema · *● copy* · ○ indexes`. */
export function phaseBar(migration: Migration): string {
  return PHASE_NAMES.map((phase) => {
    if (phase === migration.phase && migration.status !== 'aborted') {
      const words = `${CURRENT[migration.status]}${JOINED}${phase}`
      return migration.status === 'finished' ? words : `*${words}*`
    }
    const done = isBefore(phase, migration.phase) && migration.status !== 'aborted'
    return `${done ? '✓' : '○'}${JOINED}${phase}`
  }).join(' · ')
}
