/** What can be made to go wrong. */
export const FAULT_KINDS = [
  'rate_limit',
  'drop_socket',
  'refuse_socket',
  'refresh',
  'duplicate_event',
  'delay_event',
  'lose_event',
  'slow_call',
  'fail_call',
  'error_call',
  'lose_response',
  'down',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

export interface FaultRequest {
  readonly kind: FaultKind
  /** A Web API method; without it the fault meets any call made with the bot token. */
  readonly method?: string | undefined
  readonly count?: number | undefined
  readonly seconds?: number | undefined
  /** The error name of `error_call` and `refuse_socket`. */
  readonly error?: string | undefined
}

/** A fault that waits for its next victim. */
export interface Fault {
  readonly kind: FaultKind
  readonly method: string | null
  readonly seconds: number
  readonly error: string
  remaining: number
  /** End in ms since 1970 of a fault that lasts; infinite for one that is counted. */
  readonly until: number
}

/** Kinds that last for `seconds` instead of meeting `count` victims. */
const LASTING: ReadonlySet<FaultKind> = new Set(['refuse_socket', 'down'])

/** The faults that are armed, oldest first. */
export class Faults {
  #armed: Fault[] = []

  arm(request: FaultRequest): void {
    const seconds = request.seconds ?? 1
    const lasts = LASTING.has(request.kind)
    this.#armed.push({
      kind: request.kind,
      method: request.method ?? null,
      seconds,
      error: request.error ?? 'internal_error',
      remaining: lasts ? Infinity : (request.count ?? 1),
      until: lasts ? Date.now() + seconds * 1000 : Infinity,
    })
  }

  clear(): void {
    this.#armed = []
  }

  /** Uses up one armed fault of this kind. @returns null when there is none */
  take(kind: FaultKind, method: string | null = null): Fault | null {
    this.#armed = this.#armed.filter((fault) => fault.remaining > 0 && fault.until > Date.now())
    const fault = this.#armed.find((candidate) => candidate.kind === kind && meets(candidate, method))
    if (fault === undefined) return null
    fault.remaining -= 1
    return fault
  }
}

function meets(fault: Fault, method: string | null): boolean {
  // A fault for "any call" spares the call that opens sockets: an HTTP error there ends the client for good.
  return fault.method === null ? method !== 'apps.connections.open' || LASTING.has(fault.kind) : fault.method === method
}
