import { majorOf, readServerIdentity } from '../../postgres/server-identity.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const OLDEST_MAJOR = 14
const NEWEST_MAJOR = 18

/**
 * The first minor of each major that never loses changes when a publication is altered while rows are written.
 *
 * @see https://www.postgresql.org/docs/release/17.5/
 */
const SAFE_MINORS: Readonly<Record<number, number>> = { 14: 18, 15: 13, 16: 9, 17: 5 }

const find = findingsOf('server-versions')

/** Are both servers ones that Flytt knows, in the right order, and primaries? */
export const serverVersions: AuditCheck = {
  name: 'server-versions',
  whenUnknown: 'block',
  async run({ source, target }) {
    const [from, to] = await Promise.all([readServerIdentity(source), readServerIdentity(target)])
    const findings = [
      ...[
        { side: 'source', server: from },
        { side: 'target', server: to },
      ].flatMap(({ side, server }) => {
        const major = majorOf(server.versionNumber)
        const faults = []
        if (major < OLDEST_MAJOR || major > NEWEST_MAJOR) {
          faults.push(
            find.block(
              `The ${side} runs PostgreSQL ${server.version}; Flytt knows ${OLDEST_MAJOR} to ${NEWEST_MAJOR}.`,
              `Update the ${side} to one of these versions first.`,
            ),
          )
        }
        if (server.isInRecovery) {
          faults.push(
            find.block(
              `The ${side} is a standby, which cannot be written to.`,
              `Name the primary in the inventory's \`${side}.url\`.`,
            ),
          )
        }
        return faults
      }),
    ]
    const [fromMajor, toMajor] = [majorOf(from.versionNumber), majorOf(to.versionNumber)]
    if (toMajor < fromMajor) {
      findings.push(
        find.block(
          `The target runs PostgreSQL ${to.version}, older than the source's ${from.version}.`,
          `Create the target with PostgreSQL ${fromMajor} or newer.`,
        ),
      )
    }
    const safeMinor = SAFE_MINORS[fromMajor]
    if (safeMinor !== undefined && from.versionNumber % 10_000 < safeMinor) {
      findings.push(
        find.warn(
          `The source runs PostgreSQL ${from.version}, which can lose changes when a publication is altered during writes (mended in ${fromMajor}.${safeMinor}).`,
          `Update the source to the newest ${fromMajor} first; or alter no publication while this migration runs.`,
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok(`PostgreSQL ${from.version} moves to ${to.version}.`)]
  },
}
