import { FlyttError } from '../errors.ts'

/**
 * Where a migration stands.
 *
 * `running` a phase is worked on · `paused` a person stopped it · `failed` a phase stopped and a person must act ·
 * `aborting` everything is being taken back · `abort-failed` taking back stopped · `aborted` everything is taken back ·
 * `finished` the application lives on the target and nothing of Flytt is left.
 */
export const MIGRATION_STATUSES = [
  'running',
  'paused',
  'failed',
  'aborting',
  'abort-failed',
  'aborted',
  'finished',
] as const

/** One of {@link MIGRATION_STATUSES}. */
export type MigrationStatus = (typeof MIGRATION_STATUSES)[number]

/** What can happen to a migration: the first four by a person, the others by a worker. */
export const MIGRATION_EVENTS = ['pause', 'resume', 'retry', 'abort', 'fail', 'finish', 'undone'] as const

/** One of {@link MIGRATION_EVENTS}. */
export type MigrationEvent = (typeof MIGRATION_EVENTS)[number]

const TRANSITIONS: Record<MigrationStatus, Partial<Record<MigrationEvent, MigrationStatus>>> = {
  running: { pause: 'paused', abort: 'aborting', fail: 'failed', finish: 'finished' },
  paused: { resume: 'running', abort: 'aborting' },
  failed: { retry: 'running', abort: 'aborting' },
  aborting: { fail: 'abort-failed', undone: 'aborted' },
  'abort-failed': { retry: 'aborting', abort: 'aborting' },
  aborted: {},
  finished: {},
}

/**
 * Decides what an event makes of a migration.
 *
 * @param status - where it stands
 * @param event - what happens
 * @param switched - whether the application already lives on the target; from then on abort and pause are refused
 * @returns the new status
 * @throws {FlyttError} `STATUS_REFUSED` with what can be done instead
 */
export function nextStatus(status: MigrationStatus, event: MigrationEvent, switched: boolean): MigrationStatus {
  const next = switched && (event === 'abort' || event === 'pause') ? undefined : TRANSITIONS[status][event]
  if (next === undefined) {
    throw new FlyttError('STATUS_REFUSED', { context: { status, hint: hint(status, event, switched) } })
  }
  return next
}

/** @returns whether nothing will ever happen to the migration again */
export function isTerminal(status: MigrationStatus): boolean {
  return status === 'aborted' || status === 'finished'
}

/** @returns whether workers have something to do for the migration */
export function isActive(status: MigrationStatus): boolean {
  return status === 'running' || status === 'aborting'
}

function hint(status: MigrationStatus, event: MigrationEvent, switched: boolean): string {
  if (switched && event === 'abort')
    return 'The application already lives on the target, so it cannot be aborted any more.'
  if (switched && event === 'pause') return 'The application already lives on the target; Flytt only cleans up now.'
  switch (status) {
    case 'running':
      return 'It is at work. `/migrate pause`, `/migrate abort` and `/migrate status` are possible.'
    case 'paused':
      return 'Run `/migrate resume` to go on, or `/migrate abort` to take everything back.'
    case 'failed':
      return 'Run `/migrate retry` to try again, or `/migrate abort` to take everything back.'
    case 'aborting':
      return 'Everything is being taken back; follow the thread.'
    case 'abort-failed':
      return 'Run `/migrate retry` to go on taking everything back.'
    case 'aborted':
      return 'It was taken back. Run `/migrate start` to begin anew.'
    case 'finished':
      return 'It is finished; there is nothing left to do.'
  }
}
