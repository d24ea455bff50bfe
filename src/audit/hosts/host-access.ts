import { asFlyttError } from '../../errors.ts'
import type { Finding } from '../../migration/finding.ts'
import type { Host } from '../../ssh/host.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('host-access')

const COMMAND_TIMEOUT_MS = 8_000

/** Can Flytt log in to the machines of the inventory over SSH? */
export const hostAccess: AuditCheck = {
  name: 'host-access',
  whenUnknown: 'block',
  async run({ hosts, signal }) {
    const judged = await Promise.all([judge('source', hosts.source, signal), judge('target', hosts.target, signal)])
    const findings = judged.filter((finding) => finding !== null)
    return findings.length > 0
      ? findings
      : [find.info('The inventory names no hosts; nothing is done on the machines.')]
  },
}

async function judge(side: string, host: Host | null, signal: AbortSignal): Promise<Finding | null> {
  if (host === null) return null
  try {
    const { exitCode, stdout, stderr } = await host.run(['uname', '-s'], { timeoutMs: COMMAND_TIMEOUT_MS, signal })
    if (exitCode === 0) return find.ok(`The ${side} host ${host.address} answers (${stdout.trim()}).`)
    return find.block(
      `The ${side} host ${host.address} does not run commands: ${stderr.trim() || `exit code ${exitCode ?? 'unknown'}`}`,
      `Give the user a shell on ${host.address}.`,
    )
  } catch (error) {
    signal.throwIfAborted()
    const { code, message, remedy } = asFlyttError(error)
    return find.block(`${message} (${code})`, remedy)
  }
}
