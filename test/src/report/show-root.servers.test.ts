import { expect, test } from '@jest/globals'
import { readRootView } from '../../../src/report/root-view.ts'
import { showRoot } from '../../../src/report/show-root.ts'
import { beginPhaseRun, endPhaseRun } from '../../../src/state/phase-run-store.ts'
import { openRecord } from '../../../src/state/migration-record.ts'
import { createMigration, endRun, takeUp } from '../../../src/state/migration-store.ts'
import type { Migration } from '../../../src/migration/migration.ts'
import { anInventory, CHANNEL, useSlackStage } from '../slack/slack-stage.ts'
import { copyProgress, timeline } from '../slack/messages/message-examples.ts'

const stage = useSlackStage()

async function begin(): Promise<Migration> {
  const asked = { name: 'shop', sourceKey: `shop-${String(Date.now())}`, requesterUserId: 'U1', channelId: CHANNEL }
  const migration = await createMigration(stage.state, asked)
  return { ...migration, ...(await takeUp(stage.state, migration.id, migration.run)) }
}

async function readRoot(id: string): Promise<string> {
  const { rows } = await stage.state.query<{ text: string }>(
    `SELECT wanted ->> 'text' AS text FROM flytt.message WHERE migration_id = $1 AND key = 'root'`,
    [id],
  )
  return rows.map(({ text }) => text).join('|')
}

test('the root message follows what the present run tells, and stays one message', async () => {
  const migration = await begin()
  await showRoot(stage.state, anInventory(), migration.id)
  expect(await readRoot(migration.id)).toBe('🚚 Moving shop: audit.')
  await beginPhaseRun(stage.state, migration, 'run')
  await openRecord(stage.state, migration).setProgress(copyProgress)
  await showRoot(stage.state, anInventory(), migration.id)
  expect(await readRoot(migration.id)).toBe('🚚 Moving shop: audit 42 %.')
})

test('the write stop of the cutover that succeeded is shown afterwards', async () => {
  const begun = await begin()
  await stage.state.query(`UPDATE flytt.migration SET phase = 'cutover' WHERE id = $1`, [begun.id])
  const migration = { ...begun, phase: 'cutover' as const }
  await beginPhaseRun(stage.state, migration, 'run')
  await openRecord(stage.state, migration).setProgress({ kind: 'cutover', timeline })
  await endPhaseRun(stage.state, migration, 'done', null)
  const after = await endRun(stage.state, migration, { status: 'running', phase: 'finish', error: null })
  const view = await readRootView(stage.state, anInventory(), after ?? migration)
  expect(view).toMatchObject({ writeStopMs: 138, progress: null, sourceLabel: 'old.example:5432/shop' })
})

test('a migration that the inventory no longer names is still shown', async () => {
  const migration = await begin()
  const view = await readRootView(stage.state, anInventory({ migrations: {} }), migration)
  expect(view.sourceLabel).toBe('not in the inventory any more')
})
