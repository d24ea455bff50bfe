import { quoteIdent } from '../../postgres/quote.ts'
import { readRolesNeeded, readRolesPresent, type NeededRole } from '../../postgres/role-dependencies.ts'
import { readOwnRights, type RoleRights } from '../../postgres/role-rights.ts'
import type { AuditCheck } from '../audit-check.ts'
import { countOf, findingsOf, listNames, listStatements } from '../findings.ts'

const find = findingsOf('roles')

/** Does the target have every role that objects and grants of the source name, or can Flytt copy those it lacks? */
export const roles: AuditCheck = {
  name: 'roles',
  whenUnknown: 'block',
  async run({ source, target }) {
    const needed = await readRolesNeeded(source)
    const present = await readRolesPresent(
      target,
      needed.map(({ name }) => name),
    )
    const missing = needed.filter(({ name }) => !present.has(name))
    const [from, to] = [await readOwnRights(source), await readOwnRights(target)]
    const uncopyable = missing.filter((role) => whyNotCopied(role, from, to) !== null)
    const copyable = missing.filter((role) => !uncopyable.includes(role))
    const findings = []
    if (uncopyable.length > 0) {
      const reasons = new Set(uncopyable.map((role) => whyNotCopied(role, from, to)))
      findings.push(
        find.block(
          `The target lacks ${countOf(uncopyable.length, 'role')} that Flytt may not copy, because ${[...reasons].join(' and ')}: ${listNames(uncopyable.map(({ name }) => name))}.`,
          `Run on the target, with the passwords the roles have: ${listStatements(uncopyable.flatMap((role) => createRoleSql(role)))}`,
        ),
      )
    }
    if (copyable.length > 0) {
      findings.push(
        find.info(
          `Flytt will create ${countOf(copyable.length, 'role')} on the target, with the same passwords: ${listNames(copyable.map(({ name }) => name))}.`,
        ),
      )
    }
    const closed = needed.filter(({ name, canLogin }) => canLogin && present.get(name)?.canLogin === false)
    if (closed.length > 0) {
      findings.push(
        find.warn(
          `These roles may log in on the source but not on the target: ${listNames(closed.map(({ name }) => name))}.`,
          listStatements(closed.map(({ name }) => `ALTER ROLE ${quoteIdent(name)} LOGIN`)),
        ),
      )
    }
    return findings.length > 0
      ? findings
      : [find.ok(`The target has every role that the database needs: ${listNames(needed.map(({ name }) => name))}.`)]
  },
}

/** @returns why Flytt cannot make the role on the target by itself, or null when it can */
function whyNotCopied(role: NeededRole, from: RoleRights, to: RoleRights): string | null {
  if (!to.isSuperuser && !to.canCreateRoles) return `role ${to.name} of the target may not create roles`
  const isPowerful = role.isSuperuser || role.canReplicate || role.bypassesRowSecurity
  if (isPowerful && !to.isSuperuser) return `only a superuser may create a superuser, REPLICATION or BYPASSRLS role`
  if (role.canLogin && !from.canReadPasswords) return `role ${from.name} of the source may not read password hashes`
  return null
}

function createRoleSql(role: NeededRole): string[] {
  const words = [
    role.canLogin ? 'LOGIN' : 'NOLOGIN',
    ...(role.isSuperuser ? ['SUPERUSER'] : []),
    ...(role.canReplicate ? ['REPLICATION'] : []),
    ...(role.bypassesRowSecurity ? ['BYPASSRLS'] : []),
    ...(role.canCreateRoles ? ['CREATEROLE'] : []),
    ...(role.canCreateDatabases ? ['CREATEDB'] : []),
    ...(role.inherits ? [] : ['NOINHERIT']),
    ...(role.canLogin ? ['PASSWORD …'] : []),
  ]
  const name = quoteIdent(role.name)
  return [
    `CREATE ROLE ${name} ${words.join(' ')}`,
    ...role.memberOf.map((group) => `GRANT ${quoteIdent(group)} TO ${name}`),
  ]
}
