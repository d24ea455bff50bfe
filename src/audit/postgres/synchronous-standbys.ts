import { readSettings } from '../../postgres/settings.ts'
import type { AuditCheck } from '../audit-check.ts'
import { findingsOf } from '../findings.ts'

const find = findingsOf('synchronous-standbys')

const STANDBY_NAMES = 'synchronous_standby_names'
const STANDBY_SLOTS = 'synchronized_standby_slots'

/** Would commits of the application wait for the target, or the copy wait for standbys? */
export const synchronousStandbys: AuditCheck = {
  name: 'synchronous-standbys',
  whenUnknown: 'block',
  async run({ source, target }) {
    const settings = await readSettings(source, [STANDBY_NAMES, STANDBY_SLOTS])
    const names = settings.get(STANDBY_NAMES)?.setting ?? ''
    const slots = settings.get(STANDBY_SLOTS)?.setting ?? ''
    const ofTarget = (await readSettings(target, [STANDBY_NAMES])).get(STANDBY_NAMES)?.setting ?? ''
    const findings = []
    if (matchesFlytt(names)) {
      findings.push(
        find.block(
          `${STANDBY_NAMES} of the source is "${names}", which takes the target for a standby: every commit would wait for it.`,
          `Name the real standbys instead of \`*\`: \`ALTER SYSTEM SET ${STANDBY_NAMES} = 'FIRST 1 (standby_name)'; SELECT pg_reload_conf();\` on the source.`,
        ),
      )
    }
    if (slots !== '') {
      findings.push(
        find.warn(
          `${STANDBY_SLOTS} of the source is "${slots}": logical replication waits for these standbys.`,
          'See that these standbys keep up, or the lag will not go down.',
        ),
      )
    }
    if (ofTarget !== '') {
      findings.push(
        find.warn(
          `${STANDBY_NAMES} of the target is "${ofTarget}": after the switch commits wait for these standbys.`,
          'See that they run and keep up.',
        ),
      )
    }
    return findings.length > 0 ? findings : [find.ok('No commit waits for the target.')]
  },
}

/** A subscription's connection calls itself by the subscription's name, `flytt_…`; the name `*` matches everybody. */
function matchesFlytt(names: string): boolean {
  return names.split(/[\s,()]+/).some((name) => name === '*' || /^"?flytt_/i.test(name))
}
