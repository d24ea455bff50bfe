import type { AuditCheck } from './audit-check.ts'
import { hostAccess } from './hosts/host-access.ts'
import { targetReachesSource } from './network/target-reaches-source.ts'
import { applicationLogin } from './postgres/application-login.ts'
import { contents } from './postgres/contents.ts'
import { emptyTarget } from './postgres/empty-target.ts'
import { eventTriggers } from './postgres/event-triggers.ts'
import { existingReplication } from './postgres/existing-replication.ts'
import { extensions } from './postgres/extensions.ts'
import { identifierColumns } from './postgres/identifier-columns.ts'
import { largeObjects } from './postgres/large-objects.ts'
import { leftovers } from './postgres/leftovers.ts'
import { logicalWorkers } from './postgres/logical-workers.ts'
import { longTransactions } from './postgres/long-transactions.ts'
import { preparedTransactions } from './postgres/prepared-transactions.ts'
import { replicaIdentity } from './postgres/replica-identity.ts'
import { replicaTriggers } from './postgres/replica-triggers.ts'
import { replicationOrigins } from './postgres/replication-origins.ts'
import { replicationRole } from './postgres/replication-role.ts'
import { replicationSlots } from './postgres/replication-slots.ts'
import { roles } from './postgres/roles.ts'
import { rowSecurity } from './postgres/row-security.ts'
import { sameServer } from './postgres/same-server.ts'
import { serverVersions } from './postgres/server-versions.ts'
import { sessionTimeouts } from './postgres/session-timeouts.ts'
import { slotWalLimits } from './postgres/slot-wal-limits.ts'
import { sourceRights } from './postgres/source-rights.ts'
import { superuserSessions } from './postgres/superuser-sessions.ts'
import { synchronousStandbys } from './postgres/synchronous-standbys.ts'
import { tablespaces } from './postgres/tablespaces.ts'
import { targetOpen } from './postgres/target-open.ts'
import { targetRights } from './postgres/target-rights.ts'
import { textOrder } from './postgres/text-order.ts'
import { unfinishedObjects } from './postgres/unfinished-objects.ts'
import { unloggedTables } from './postgres/unlogged-tables.ts'
import { walLevel } from './postgres/wal-level.ts'
import { walSenders } from './postgres/wal-senders.ts'
import { switches } from './switches.ts'

/** Every check of the audit, in the order of the report: the servers, the way, the roles, what is moved, the switch. */
export const AUDIT_CHECKS: readonly AuditCheck[] = [
  serverVersions,
  sameServer,
  targetOpen,
  leftovers,
  emptyTarget,
  hostAccess,
  targetReachesSource,
  walLevel,
  replicationSlots,
  walSenders,
  slotWalLimits,
  logicalWorkers,
  replicationOrigins,
  synchronousStandbys,
  sessionTimeouts,
  sourceRights,
  targetRights,
  replicationRole,
  roles,
  applicationLogin,
  superuserSessions,
  replicaIdentity,
  rowSecurity,
  extensions,
  largeObjects,
  unloggedTables,
  contents,
  textOrder,
  tablespaces,
  replicaTriggers,
  eventTriggers,
  identifierColumns,
  unfinishedObjects,
  existingReplication,
  preparedTransactions,
  longTransactions,
  switches,
]
