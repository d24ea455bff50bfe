import { readAvailableExtensions, readInstalledExtensions } from '../../postgres/extensions.ts'
import { quoteIdent } from '../../postgres/quote.ts'
import { readOwnRights } from '../../postgres/role-rights.ts'
import { readSettings } from '../../postgres/settings.ts'
import type { Finding } from '../../migration/finding.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf, listNames } from '../findings.ts'

const find = findingsOf('extensions')

/** Their tables are made of internal ones that logical replication cannot follow. */
const NOT_REPLICABLE = ['timescaledb', 'citus']
/** They cannot be created unless the server loads them at its start. */
const PRELOADED = ['timescaledb', 'citus', 'pg_cron', 'pgaudit', 'pg_partman_bgw']

/** Can the target install every extension of the source, in the same version? */
export const extensions: AuditCheck = {
  name: 'extensions',
  whenUnknown: 'block',
  async run({ source, target, targetDatabase }) {
    const wanted = (await readInstalledExtensions(source)).filter(({ name }) => name !== 'plpgsql')
    if (wanted.length === 0) return [find.ok('The source has no extensions.')]
    const available = await readAvailableExtensions(
      target,
      wanted.map(({ name }) => name),
    )
    const installed = new Map((await readInstalledExtensions(target)).map(({ name, version }) => [name, version]))
    const preloaded = (await readSettings(target, ['shared_preload_libraries'])).get(
      'shared_preload_libraries',
    )?.setting
    const { isSuperuser, name: role } = await readOwnRights(target)
    const findings: Finding[] = []
    for (const { name, version } of wanted) {
      const offered = available.filter((each) => each.name === name)
      const sameVersion = offered.find((each) => each.version === version)
      const standard = offered.find((each) => each.isDefault)?.version
      const present = installed.get(name)
      if (NOT_REPLICABLE.includes(name)) {
        findings.push(
          find.block(
            `Logical replication cannot move tables of ${name}.`,
            `Move them with the means of ${name} itself.`,
          ),
        )
      } else if (offered.length === 0) {
        findings.push(
          find.block(
            `The target does not have the extension ${name} (${version} on the source).`,
            `Install its package on ${targetDatabase.address}; or, if nothing uses it, run \`DROP EXTENSION ${quoteIdent(name)};\` on the source.`,
          ),
        )
      } else if (present !== undefined && present !== version) {
        findings.push(
          find.warn(
            `Extension ${name} is ${version} on the source and ${present} on the target.`,
            'Read its release notes for what differs.',
          ),
        )
      } else if (present === undefined && sameVersion === undefined) {
        findings.push(
          find.warn(
            `The target does not offer ${name} ${version} and would install ${standard ?? 'another version'}.`,
            'Read its release notes for what differs.',
          ),
        )
      }
      if (present === undefined && offered.length > 0) {
        if (PRELOADED.includes(name) && preloaded?.includes(name) === false) {
          findings.push(
            find.block(
              `The target must load ${name} at its start before it can be created.`,
              `Add \`${name}\` to shared_preload_libraries of the target and restart PostgreSQL on ${targetDatabase.address}.`,
            ),
          )
        }
        if (!isSuperuser && !(sameVersion ?? offered[0])?.isTrusted) {
          findings.push(
            find.warn(
              `Role ${role} of the target is no superuser and may be refused extension ${name}.`,
              `Create it beforehand as a role that may: \`CREATE EXTENSION ${quoteIdent(name)};\``,
            ),
          )
        }
      }
    }
    if (findings.length > 0) return findings
    return [find.ok(`The target offers ${listNames(wanted.map(({ name, version }) => `${name} ${version}`))}.`)]
  },
}
