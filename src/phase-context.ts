import type { PhaseContext } from '../jobs/phase.ts'
import { FlyttError } from './errors.ts'
import type { HostSettings } from './inventory.ts'
import type { Logger } from './logger.ts'
import type { Migration } from './migration/migration.ts'
import type { FlyttParts } from './parts.ts'
import { databaseAt } from './postgres/connection.ts'
import { createThreadStore } from './report/slack-stores.ts'
import type { SlackIdentity } from './slack/identity.ts'
import { createThread } from './slack/slack-thread.ts'
import type { SlackClient } from './slack/web-client.ts'
import type { Host } from './ssh/host.ts'
import { sshHostAt } from './ssh/ssh-host.ts'
import { openRecord } from './state/migration-record.ts'
import { openSwitches } from './switch/open-switches.ts'

/** The client that reads votes, and who Flytt is in Slack. */
export interface DecisionAccess {
  readonly client: SlackClient
  readonly identity: () => Promise<SlackIdentity>
}

/**
 * Builds what one run of a phase may use; nothing is connected before it is used.
 *
 * @param signal - aborted when the run must stop
 * @returns the context, and how to let go of what the run opened
 * @throws {FlyttError} `MIGRATION_NOT_FOUND` when the inventory does not name the migration any more
 */
export function createPhaseContext(
  parts: FlyttParts,
  access: DecisionAccess,
  migration: Migration,
  signal: AbortSignal,
  log: Logger,
): Promise<{ context: PhaseContext; end(): Promise<void> }> {
  const settings = parts.inventory.migrations[migration.name]
  if (settings === undefined) {
    throw new FlyttError('MIGRATION_NOT_FOUND', {
      context: { name: migration.name },
      remedy: 'Put it back into the inventory and restart Flytt, then run `/migrate retry`.',
    })
  }
  const { approvals } = parts.inventory
  const hostAt = (side: 'source' | 'target', host: HostSettings | undefined): Host | null =>
    host === undefined ? null : sshHostAt(side, host)
  const hosts = { source: hostAt('source', settings.source.host), target: hostAt('target', settings.target.host) }
  const switches = openSwitches(settings.switches)
  const context: PhaseContext = {
    migration,
    settings: { ...settings, approvals },
    source: databaseAt('source', settings.source.url),
    target: databaseAt('target', settings.target.url),
    hosts,
    switches,
    thread: createThread({
      store: createThreadStore(parts.state, migration.id),
      client: access.client,
      identity: access.identity,
      approvals,
    }),
    record: openRecord(parts.state, migration),
    signal,
    log,
  }
  return Promise.resolve({
    context,
    async end() {
      await Promise.all([hosts.source?.end(), hosts.target?.end(), ...switches.map((each) => each.end())])
    },
  })
}
