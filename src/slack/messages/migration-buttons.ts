import type { ActionsBlock } from '@slack/types'
import type { Migration } from '../../migration/migration.ts'
import { isTerminal } from '../../migration/status.ts'
import { actions, button, type ButtonSpec } from '../blocks.ts'

/** Every button's action id begins so; the rest is the subcommand it stands for. */
export const BUTTON_PREFIX = 'flytt_'

/** The subcommands that have a button. */
export const BUTTON_COMMANDS = ['pause', 'resume', 'retry', 'abort', 'status'] as const
/** One of {@link BUTTON_COMMANDS}. */
export type ButtonCommand = (typeof BUTTON_COMMANDS)[number]

/** The buttons that fit where the migration stands, or null when none does. */
export function migrationButtons(migration: Migration): ActionsBlock | null {
  if (isTerminal(migration.status)) return null
  return actions(...commandsThatFit(migration).map((command) => button(specOf(command, migration))))
}

function commandsThatFit(migration: Migration): readonly ButtonCommand[] {
  switch (migration.status) {
    case 'running':
      return migration.switchedAt === null ? ['pause', 'abort', 'status'] : ['status']
    case 'paused':
      return migration.switchedAt === null ? ['resume', 'abort', 'status'] : ['resume', 'status']
    case 'failed':
      return migration.switchedAt === null ? ['retry', 'abort', 'status'] : ['retry', 'status']
    case 'abort-failed':
      return ['retry', 'status']
    case 'aborting':
      return ['status']
    case 'aborted':
    case 'finished':
      return []
  }
}

function specOf(command: ButtonCommand, migration: Migration): ButtonSpec {
  const base = { actionId: BUTTON_PREFIX + command, value: migration.id }
  switch (command) {
    case 'pause':
      return { ...base, label: 'Pause' }
    case 'resume':
      return { ...base, label: 'Resume', style: 'primary' }
    case 'retry':
      return { ...base, label: 'Retry', style: 'primary' }
    case 'status':
      return { ...base, label: 'Status' }
    case 'abort':
      return {
        ...base,
        label: 'Abort',
        style: 'danger',
        confirm: {
          title: `Abort the migration of ${migration.name}?`,
          text: `Everything Flytt made for ${migration.name} is taken back: the copy on the target is dropped, the source stays as it is and in service.`,
          yes: `Abort ${migration.name}`,
          no: 'Keep it',
        },
      }
  }
}
