import { asFlyttError } from '../errors.ts'
import type { Finding } from '../migration/finding.ts'
import type { AuditCheck, AuditContext } from './audit-check.ts'
import { findingsOf } from './findings.ts'

const find = findingsOf('switches')

/** Can every switch be used: reached, read, and pointing at the source? Each says it itself. */
export const switches: AuditCheck = {
  name: 'switches',
  whenUnknown: 'block',
  async run({ switches: all, signal }) {
    const findings = (await Promise.all(all.map((each) => judge(each, signal)))).flat()
    return findings.length > 0 ? findings : [find.ok(`Ready to switch: ${all.map(({ name }) => name).join(', ')}.`)]
  },
}

async function judge(each: AuditContext['switches'][number], signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    return await each.check()
  } catch (error) {
    signal.throwIfAborted()
    const { code, message, remedy } = asFlyttError(error)
    return [find.block(`The switch ${each.name} cannot be used: ${message} (${code})`, remedy)]
  }
}
