import type { JsonObject } from './json.ts'

/** One Web API call as it was received. */
export interface Call {
  /** ISO 8601. */
  readonly at: string
  readonly method: string
  /** HTTP status; 0 when the connection was cut before an answer. */
  status: number
  error?: string
  /** What was sent, without the token. */
  readonly userVisible: JsonObject
}

const KEPT_CALLS = 2000

/** The last 2,000 Web API calls, oldest first. */
export class CallLog {
  readonly #calls: Call[] = []

  record(method: string, body: JsonObject): Call {
    const call: Call = {
      at: new Date().toISOString(),
      method,
      status: 0,
      userVisible: Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'token')),
    }
    this.#calls.push(call)
    if (this.#calls.length > KEPT_CALLS) this.#calls.shift()
    return call
  }

  /** @param since - ISO 8601 or ms since 1970; earlier calls are left out */
  list(filter: { method?: string | undefined; since?: string | undefined } = {}): Call[] {
    const sinceMs = filter.since === undefined ? 0 : toMs(filter.since)
    return this.#calls.filter(
      (call) => (filter.method === undefined || call.method === filter.method) && Date.parse(call.at) >= sinceMs,
    )
  }
}

function toMs(moment: string): number {
  return /^\d+$/.test(moment) ? Number(moment) : Date.parse(moment)
}
