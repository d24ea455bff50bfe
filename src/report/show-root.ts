import type { Inventory } from '../inventory.ts'
import { rootMessage } from '../slack/messages/root-message.ts'
import { recordMessage } from '../state/message-store.ts'
import { findMigrationById } from '../state/migration-store.ts'
import type { Queryable } from '../state/state-database.ts'
import { readRootView } from './root-view.ts'

/** The root message's key in the record. */
export const ROOT_KEY = 'root'

/** Records the root message of a migration as it must look now; the poster edits it in place. */
export async function showRoot(state: Queryable, inventory: Inventory, migrationId: string): Promise<void> {
  const migration = await findMigrationById(state, migrationId)
  if (migration === null) return
  const { text, blocks } = rootMessage(await readRootView(state, inventory, migration))
  await recordMessage(state, { migrationId, key: ROOT_KEY, place: 'root', text, blocks }, 'edit')
}
