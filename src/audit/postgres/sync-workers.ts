import type { Session } from '../../postgres/connection.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'

const SETTING = 'max_sync_workers_per_subscription'

/** @returns how many tables the target copies at the same time; each takes a slot and a sender of the source */
export async function readSyncWorkers(target: Session): Promise<number> {
  return numberOf(await readSettings(target, [SETTING]), SETTING) ?? 2
}
