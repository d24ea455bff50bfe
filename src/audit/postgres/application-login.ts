import { FlyttError } from '../../errors.ts'
import type { Finding } from '../../migration/finding.ts'
import { databaseAt, type Session } from '../../postgres/connection.ts'
import { loginRoleOf } from '../../postgres/login-role.ts'
import { findRoleRights, readOwnRights } from '../../postgres/role-rights.ts'
import { readRolesInUse } from '../../postgres/roles.ts'
import { readServerIdentity } from '../../postgres/server-identity.ts'
import type { Secret } from '../../secret.ts'
import type { AuditCheck, AuditContext } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('application-login')

const CONNECT_TIMEOUT_MS = 5_000

/** Can the application log in by the URLs of the inventory, and do they lead to these two databases? */
export const applicationLogin: AuditCheck = {
  name: 'application-login',
  whenUnknown: 'block',
  async run(context) {
    return [...(await judgeSource(context)), ...(await judgeTarget(context))]
  },
}

async function judgeSource(context: AuditContext): Promise<readonly Finding[]> {
  const { applicationUrl } = context.settings.source
  const role = loginRoleOf(applicationUrl)
  try {
    return await withLogin('source', applicationUrl, context.signal, async (session) => {
      const findings = await judgePlace(session, context.source)
      const rights = await readOwnRights(session)
      if (rights.isSuperuser) {
        findings.push(
          find.warn(
            `The application's role ${role} is a superuser on the source, so only the switch holds its writes at the cutover.`,
            `Run \`ALTER ROLE "${role.replaceAll('"', '""')}" NOSUPERUSER;\` on the source and grant it what it needs.`,
          ),
        )
      }
      return findings.length > 0 ? findings : [find.ok(`The application's role ${role} can log in to the source.`)]
    })
  } catch (error) {
    const refused = refusalOf(error, context.signal)
    return [
      find.block(
        `The application's role ${role} cannot log in to the source: ${refused.message} (${refused.code})`,
        'Mend `source.applicationUrl` in the inventory, or the role on the source.',
      ),
    ]
  }
}

async function judgeTarget(context: AuditContext): Promise<readonly Finding[]> {
  const { applicationUrl } = context.settings.target
  const role = loginRoleOf(applicationUrl)
  if ((await findRoleRights(context.target, role)) === null) {
    if (!(await readRolesInUse(context.source)).includes(role)) {
      return [
        find.block(
          `The role ${role} of \`target.applicationUrl\` is not on the target, and nothing in the source's database brings it there.`,
          'Mend `target.applicationUrl` in the inventory, or create the role on the target: after the cutover the application logs in as it.',
        ),
      ]
    }
    return [find.info(`The application's role ${role} is not on the target yet; its login is tried once it is.`)]
  }
  try {
    return await withLogin('target', applicationUrl, context.signal, async (session) => {
      const findings = await judgePlace(session, context.target)
      return findings.length > 0 ? findings : [find.ok(`The application's role ${role} can log in to the target.`)]
    })
  } catch (error) {
    const refused = refusalOf(error, context.signal)
    return [
      find.warn(
        `The application's role ${role} cannot log in to the target yet: ${refused.message} (${refused.code})`,
        'See that `target.applicationUrl` is right, and that the role has the same password on the target: the cutover tries it again and stops if it cannot.',
      ),
    ]
  }
}

/** Does the application's URL lead where Flytt's own does? */
async function judgePlace(session: Session, expected: Session): Promise<Finding[]> {
  const [found, wanted] = [await readServerIdentity(session), await readServerIdentity(expected)]
  if (found.systemIdentifier === wanted.systemIdentifier && found.database === wanted.database) return []
  return [
    find.block(
      `\`${session.side}.applicationUrl\` leads to another database than \`${session.side}.url\`: ${found.database} on a server with system identifier ${found.systemIdentifier}, not ${wanted.database} on ${wanted.systemIdentifier}.`,
      'Make both URLs of the inventory name the same server and database.',
    ),
  ]
}

function withLogin<Result>(
  side: 'source' | 'target',
  url: Secret,
  signal: AbortSignal,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const options = { applicationName: 'flytt audit', readOnly: true, connectTimeoutMs: CONNECT_TIMEOUT_MS, signal }
  return databaseAt(side, url).with(options, work)
}

/** A refused or failed login is what this check looks for; everything else is an error of the check. */
function refusalOf(error: unknown, signal: AbortSignal): FlyttError {
  signal.throwIfAborted()
  if (error instanceof FlyttError && (error.code === 'LOGIN_REFUSED' || error.code === 'SERVER_UNREACHABLE'))
    return error
  throw error
}
