import { z } from 'zod'
import { FlyttError } from '../src/errors.ts'
import type { Lag } from '../src/migration/lag.ts'
import { objectNames } from '../src/migration/object-names.ts'
import { reportMoment } from '../src/migration/report-moment.ts'
import { measureLag } from '../src/postgres/heartbeat.ts'
import { enableSubscription, findSubscription, readSubscriptionErrorCount } from '../src/postgres/subscription.ts'
import { lagLine } from '../src/slack/messages/lag-line.ts'
import { SECOND_MS } from '../src/units.ts'
import type { Phase, PhaseContext } from './phase.ts'

/** More failures than this within one catch-up are no hiccup of the network. */
const MAX_NEW_ERRORS = 10

const state = z.object({
  run: z.number(),
  begunAt: z.coerce.date(),
  /** Since when the lag has been small; null while it is not. */
  stableSince: z.coerce.date().nullable(),
  errorsAtStart: z.number().nullable(),
})

/**
 * Reads: the lag, once a second.
 * Changes: target: the subscription is enabled. Source: the heartbeat row.
 * Undone by: the subscription is dropped with the copy.
 */
export const catchUp: Phase = {
  name: 'catch-up',
  check: () => Promise.resolve([]),

  async run(context) {
    const { migration, source, target, settings, record, signal } = context
    const names = objectNames(migration.id)
    const { policy } = settings
    return source.with({ applicationName: 'flytt catch-up', signal }, (publisher) =>
      target.with({ applicationName: 'flytt catch-up', signal }, async (subscriber) => {
        if ((await findSubscription(subscriber, names.subscription)) === null) {
          throw new FlyttError('SUBSCRIPTION_MISSING', { context: { subscription: names.subscription } })
        }
        await enableSubscription(subscriber, names.subscription)
        const errors = await readSubscriptionErrorCount(subscriber, names.subscription)
        const before = await record.fact('catch-up', state)
        const known =
          before?.run === migration.run
            ? before
            : { run: migration.run, begunAt: new Date(), stableSince: null, errorsAtStart: errors }
        const newErrors = errors === null || known.errorsAtStart === null ? 0 : errors - known.errorsAtStart
        if (newErrors > MAX_NEW_ERRORS)
          throw new FlyttError('APPLY_FAILED', { context: { count: newErrors, name: migration.name } })

        const lag = await measureLag(publisher, subscriber, names.slot)
        const stableSince = isSmall(lag, policy) ? (known.stableSince ?? lag.measuredAt) : null
        await record.setFact('catch-up', { ...known, stableSince })
        await record.addLagSample(lag)
        const stableMs = stableSince === null ? 0 : lag.measuredAt.getTime() - stableSince.getTime()
        await record.setProgress({ kind: 'catch-up', lag, stableMs, neededMs: policy.stableFor })
        await report(context, lag, stableMs, lag.measuredAt.getTime() - known.begunAt.getTime())
        return stableSince !== null && stableMs >= policy.stableFor
          ? { kind: 'done' }
          : { kind: 'wait', delayMs: SECOND_MS }
      }),
    )
  },

  async undo({ record }) {
    await record.removeFact('catch-up')
  },
}

function isSmall(lag: Lag, policy: PhaseContext['settings']['policy']): boolean {
  return lag.lagBytes <= policy.maxLag && lag.replayMs !== null && lag.replayMs <= policy.maxReplay
}

async function report(
  { migration, settings, thread }: PhaseContext,
  lag: Lag,
  stableMs: number,
  elapsedMs: number,
): Promise<void> {
  const moment = reportMoment(elapsedMs)
  if (moment === null) return
  const { maxLag: maxLagBytes, maxReplay: maxReplayMs, stableFor: neededMs } = settings.policy
  await thread.post(`lag-${migration.run}-${moment}`, lagLine({ lag, maxLagBytes, maxReplayMs, stableMs, neededMs }))
}
