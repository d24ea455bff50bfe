import { readWalRate } from '../../postgres/replication-usage.ts'
import { numberOf, readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { describeBytes, describeSeconds, findingsOf } from '../findings.ts'

const find = findingsOf('slot-wal-limits')

const KEEP_SIZE = 'max_slot_wal_keep_size'
const IDLE_TIMEOUT = 'idle_replication_slot_timeout'
const MIB = 1024 ** 2
const HOUR_SECONDS = 3600
/** A shorter time says nothing of what a day looks like. */
const SHORTEST_SAMPLE_SECONDS = 600

/** Could the source take the migration's slot away because it keeps too much WAL, or is idle for too long? */
export const slotWalLimits: AuditCheck = {
  name: 'slot-wal-limits',
  whenUnknown: 'warn',
  async run({ source }) {
    const settings = await readSettings(source, [KEEP_SIZE, IDLE_TIMEOUT])
    const findings = []
    const keptMib = numberOf(settings, KEEP_SIZE) ?? -1
    if (keptMib >= 0) {
      const { walBytes, seconds, databaseBytes } = await readWalRate(source)
      const kept = keptMib * MIB
      const isKnown = seconds !== null && seconds >= SHORTEST_SAMPLE_SECONDS
      const hourly = isKnown ? (Number(walBytes) / seconds) * HOUR_SECONDS : null
      const wanted = Math.ceil(Math.max((hourly ?? 0) * 24, Number(databaseBytes) * 2) / 1024 ** 3) || 1
      const remedy = `Run \`ALTER SYSTEM SET ${KEEP_SIZE} = '${wanted}GB'; SELECT pg_reload_conf();\` on the source, or \`-1\` for no limit if its disk has the room.`
      const rate =
        hourly === null ? 'how fast it writes is not known yet' : `it writes ${describeBytes(hourly)} an hour`
      const summary = `The source drops a slot that keeps more than ${describeBytes(kept)} of WAL (${KEEP_SIZE}); ${rate}, and a dropped slot means copying from the start.`
      findings.push(hourly !== null && kept < hourly * 2 ? find.block(summary, remedy) : find.warn(summary, remedy))
    }
    const idle = settings.get(IDLE_TIMEOUT)
    if (idle !== undefined && Number(idle.setting) > 0) {
      const seconds = Number(idle.setting) * (idle.unit === 'min' ? 60 : 1)
      findings.push(
        find.warn(
          `The source drops a slot that is idle for ${describeSeconds(seconds)} (${IDLE_TIMEOUT}); a paused migration's slot is idle.`,
          `Run \`ALTER SYSTEM SET ${IDLE_TIMEOUT} = 0; SELECT pg_reload_conf();\` on the source until the migration is finished.`,
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok('The source keeps WAL for a slot as long as it is needed.')]
  },
}
