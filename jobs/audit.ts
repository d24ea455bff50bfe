import { AUDIT_CHECKS } from '../src/audit/checks.ts'
import { runChecks } from '../src/audit/run-checks.ts'
import { FlyttError } from '../src/errors.ts'
import { auditReport } from '../src/slack/messages/audit-report.ts'
import type { Phase } from './phase.ts'

/**
 * Reads: both servers, both hosts, the switches.
 * Changes: nothing; the target dials the source in a transaction that is rolled back.
 * Undone by: nothing is to undo.
 */
export const audit: Phase = {
  name: 'audit',
  check: () => Promise.resolve([]),

  async run({ migration, settings, source, target, hosts, switches, record, thread, signal }) {
    const { name, run } = migration
    const startedMs = performance.now()
    const subject = { settings, sourceDatabase: source, targetDatabase: target, hosts, switches }
    const findings = await runChecks(AUDIT_CHECKS, subject, { signal })
    const tookMs = Math.round(performance.now() - startedMs)
    await record.setFact('audit', { findings, tookMs })
    await thread.post(`audit-${run}`, auditReport({ name, findings, tookMs }))
    const count = findings.filter(({ verdict }) => verdict === 'block').length
    if (count > 0) throw new FlyttError('AUDIT_BLOCKED', { context: { name, count } })
    return { kind: 'done' }
  },

  undo: () => Promise.resolve(),
}
