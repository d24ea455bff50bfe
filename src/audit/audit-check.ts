import type { MigrationSettings } from '../inventory.ts'
import type { Finding } from '../migration/finding.ts'
import type { Database, Session } from '../postgres/connection.ts'
import type { Host } from '../ssh/host.ts'

/** What an audit is about: both servers, their machines, and the ways the application is switched. */
export interface AuditSubject {
  readonly settings: MigrationSettings
  readonly sourceDatabase: Database
  readonly targetDatabase: Database
  /** The machines of both servers; null where the inventory names none. */
  readonly hosts: { readonly source: Host | null; readonly target: Host | null }
  readonly switches: readonly { readonly name: string; check(): Promise<readonly Finding[]> }[]
}

/** What one check may use. The sessions refuse to write and are this check's alone while it runs. */
export interface AuditContext extends AuditSubject {
  readonly source: Session
  readonly target: Session
  /** Aborted when the check's time is over or the audit was stopped. */
  readonly signal: AbortSignal
}

/** One question of the audit. It reads and judges, and changes nothing that lasts. */
export interface AuditCheck {
  /** In kebab-case, the same as its file. */
  readonly name: string
  /** The verdict when the check cannot be made: `block` where a migration would be unsafe without it. */
  readonly whenUnknown: 'warn' | 'block'
  /** @returns at least one finding; `ok` with what was seen when nothing is wrong */
  run(context: AuditContext): Promise<readonly Finding[]>
}
