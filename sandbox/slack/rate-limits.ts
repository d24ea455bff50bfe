/** How many calls a method takes: Slack's tiers, or the special limit of posting (per channel). */
export type Tier = 'tier2' | 'tier3' | 'tier4' | 'posting' | 'unlimited'

interface Bucket {
  tokens: number
  updatedAtMs: number
}

/** Size of the burst, and calls per second afterwards. @see https://docs.slack.dev/apis/web-api/rate-limits */
const TIERS: Readonly<Record<Exclude<Tier, 'unlimited'>, { burst: number; perSecond: number }>> = {
  tier2: { burst: 20, perSecond: 20 / 60 },
  tier3: { burst: 50, perSecond: 50 / 60 },
  tier4: { burst: 100, perSecond: 100 / 60 },
  posting: { burst: 10, perSecond: 1 },
}

/** Counts the calls of each method, as token buckets. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>()
  readonly #enforced: boolean

  constructor(enforced: boolean) {
    this.#enforced = enforced
  }

  /** Counts one call. @returns the seconds to wait when it is one too many, else null */
  spend(method: string, tier: Tier, channelId: string | null): number | null {
    if (!this.#enforced || tier === 'unlimited') return null
    const { burst, perSecond } = TIERS[tier]
    const key = tier === 'posting' ? `${method} ${channelId ?? ''}` : method
    const now = Date.now()
    const bucket = this.#buckets.get(key) ?? { tokens: burst, updatedAtMs: now }
    this.#buckets.set(key, bucket)
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.updatedAtMs) / 1000) * perSecond)
    bucket.updatedAtMs = now
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond))
    bucket.tokens -= 1
    return null
  }
}
