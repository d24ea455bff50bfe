import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { FlyttProcess } from '../../sandbox/flytt-process.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { pollUntil } from './servers.ts'

/** The inventory as it stands in the file. */
export interface InventoryFile {
  approvals: Record<string, unknown>
  migrations: Record<string, InventoryEntry>
}

/** One migration of it, as far as scenarios change it. */
export interface InventoryEntry {
  source: { url: string; host: { hostKey: string } }
  target: { url: string; host: { hostKey: string } }
  replication: Record<string, string>
  policy: Record<string, unknown>
}

/** Writes the sandbox's inventory anew; Flytt reads it when it is started. */
export function changeInventory(sandbox: Sandbox, change: (inventory: InventoryFile) => void): void {
  const inventory = parse(readFileSync(sandbox.inventoryFile, 'utf8')) as InventoryFile
  change(inventory)
  writeFileSync(sandbox.inventoryFile, stringify(inventory))
}

/** Ends all of Flytt's processes. */
export async function stopFlytt(sandbox: Sandbox): Promise<void> {
  await Promise.all(sandbox.processes.filter((each) => each.isRunning()).map((each) => each.stop()))
  // A person types as soon as the workspace shows the bot: it must not be the one that just ended.
  await pollUntil(async () => (await sandbox.workspace.state()).connections === 0, {
    describe: 'the bot is gone from the workspace',
  })
}

/** Starts Flytt as one process and waits until a person can type. */
export async function startFlytt(
  sandbox: Sandbox,
  environment: Readonly<Record<string, string>> = {},
): Promise<FlyttProcess> {
  const flytt = sandbox.startFlytt('main', environment)
  await pollUntil(
    async () => {
      // Thrown to pollUntil it would be asked again until the deadline.
      if (!flytt.isRunning()) return 'ended'
      return (await sandbox.workspace.state()).connections > 0 ? 'open' : null
    },
    { describe: 'Flytt opens its socket', deadlineMs: 60_000 },
  )
  if (!flytt.isRunning()) throw new Error(`Flytt ended with ${String(flytt.exitCode())}:\n${readLog(flytt)}`)
  return flytt
}

/** What a process has printed, the runs before it in the same file included. */
export function readLog({ logFile }: FlyttProcess): string {
  return readFileSync(logFile, 'utf8')
}
