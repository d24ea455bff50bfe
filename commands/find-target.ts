import { FlyttError } from '../src/errors.ts'
import type { MigrationSettings } from '../src/inventory.ts'
import type { Migration } from '../src/migration/migration.ts'
import { isTerminal } from '../src/migration/status.ts'
import { findMigration, listMigrations } from '../src/state/migration-store.ts'
import { findNearestWord } from './nearest-word.ts'
import type { CommandContext } from './subcommand.ts'

/**
 * Finds the newest migration of a name, or the one with this id.
 *
 * @throws {FlyttError} `MIGRATION_NOT_STARTED` when the inventory knows the name; `MIGRATION_NOT_FOUND` with the nearest name
 */
export async function requireMigration(context: CommandContext, command: string, name: string): Promise<Migration> {
  const migration = await findMigration(context.state, name)
  if (migration !== null) return migration
  if (Object.hasOwn(context.inventory.migrations, name))
    throw new FlyttError('MIGRATION_NOT_STARTED', { context: { name } })
  const known = await listMigrations(context.state)
  throw nameNotFound(command, name, [
    ...Object.keys(context.inventory.migrations),
    ...known.flatMap((other) => [other.name, other.id]),
  ])
}

/** @returns what the inventory says of a name. @throws {FlyttError} `MIGRATION_NOT_FOUND` with the nearest name */
export function requireSettings({ inventory }: CommandContext, command: string, name: string): MigrationSettings {
  const settings = Object.hasOwn(inventory.migrations, name) ? inventory.migrations[name] : undefined
  if (settings === undefined) throw nameNotFound(command, name, Object.keys(inventory.migrations))
  return settings
}

/** @returns the names of migrations that are not over */
export async function listUnfinishedNames(context: CommandContext): Promise<readonly string[]> {
  return (await listMigrations(context.state)).filter(({ status }) => !isTerminal(status)).map(({ name }) => name)
}

function nameNotFound(command: string, name: string, known: readonly string[]): FlyttError {
  const nearest = findNearestWord(name, known)
  return new FlyttError('MIGRATION_NOT_FOUND', {
    context: { name },
    ...(nearest === null
      ? {}
      : { remedy: `Did you mean \`/migrate ${command} ${nearest}\`? \`/migrate list\` shows all names.` }),
  })
}
