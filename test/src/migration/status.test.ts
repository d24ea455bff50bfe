import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FlyttError } from '../../../src/errors.ts'
import {
  isActive,
  isTerminal,
  MIGRATION_EVENTS,
  MIGRATION_STATUSES,
  nextStatus,
  type MigrationEvent,
  type MigrationStatus,
} from '../../../src/migration/status.ts'

/** Every allowed change; whatever is not here must be refused. */
const ALLOWED: readonly (readonly [MigrationStatus, MigrationEvent, MigrationStatus])[] = [
  ['running', 'pause', 'paused'],
  ['running', 'abort', 'aborting'],
  ['running', 'fail', 'failed'],
  ['running', 'finish', 'finished'],
  ['paused', 'resume', 'running'],
  ['paused', 'abort', 'aborting'],
  ['failed', 'retry', 'running'],
  ['failed', 'abort', 'aborting'],
  ['aborting', 'fail', 'abort-failed'],
  ['aborting', 'undone', 'aborted'],
  ['abort-failed', 'retry', 'aborting'],
  ['abort-failed', 'abort', 'aborting'],
]

const pairs = MIGRATION_STATUSES.flatMap((status) => MIGRATION_EVENTS.map((event) => [status, event] as const))

describe('the state machine of a migration', () => {
  /** What becomes of it, or the error's code. */
  const outcomeOf = (status: MigrationStatus, event: MigrationEvent, switched: boolean): string => {
    try {
      return nextStatus(status, event, switched)
    } catch (error) {
      return (error as FlyttError).code
    }
  }

  test.each(pairs)('%s + %s is as the table says', (status, event) => {
    const allowed = ALLOWED.find(([from, on]) => from === status && on === event)
    expect(outcomeOf(status, event, false)).toBe(allowed?.[2] ?? 'STATUS_REFUSED')
  })

  test.each(MIGRATION_STATUSES)('after the switch %s neither aborts nor pauses', (status) => {
    expect(outcomeOf(status, 'abort', true)).toBe('STATUS_REFUSED')
    expect(outcomeOf(status, 'pause', true)).toBe('STATUS_REFUSED')
  })

  test.each(pairs.filter(([status, event]) => !ALLOWED.some(([from, on]) => from === status && on === event)))(
    'the refusal of %s + %s says what can be done instead',
    (status, event) => {
      expect(() => nextStatus(status, event, false)).toThrow(
        expect.objectContaining({ remedy: expect.stringMatching(/.{20,}/) as unknown as string }),
      )
    },
  )

  test('nothing leaves a terminal status, and from every other one an end can be reached', () => {
    for (const status of MIGRATION_STATUSES.filter(isTerminal)) {
      for (const event of MIGRATION_EVENTS) expect(() => nextStatus(status, event, false)).toThrow()
    }
    const reaches = (from: MigrationStatus, seen = new Set<MigrationStatus>()): boolean => {
      if (isTerminal(from)) return true
      if (seen.has(from)) return false
      seen.add(from)
      return ALLOWED.filter(([status]) => status === from).some(([, , to]) => reaches(to, seen))
    }
    for (const status of MIGRATION_STATUSES) expect(reaches(status)).toBe(true)
  })

  test('whatever happens in whatever order, a migration is active, waits for a person, or is over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...MIGRATION_EVENTS), { maxLength: 30 }),
        fc.boolean(),
        (events, switched) => {
          let status: MigrationStatus = 'running'
          for (const event of events) {
            try {
              status = nextStatus(status, event, switched)
            } catch {
              continue
            }
          }
          expect(MIGRATION_STATUSES).toContain(status)
          expect(isActive(status) && isTerminal(status)).toBe(false)
        },
      ),
    )
  })
})
