import { EventEmitter, once } from 'node:events'

/** Where the writers wait while the application is paused. */
export class Gate {
  readonly #events = new EventEmitter().setMaxListeners(0)
  isOpen = true

  async pass(signal: AbortSignal): Promise<void> {
    while (!this.isOpen) await once(this.#events, 'open', { signal })
  }

  /** After the deadline the writes under way may end either way, and the oracle allows both. */
  async close(underWay: number, deadlineMs: number): Promise<void> {
    this.isOpen = false
    if (underWay === 0) return
    const signal = AbortSignal.timeout(deadlineMs)
    await once(this.#events, 'settled', { signal }).catch(() => undefined)
  }

  settle(underWay: number): void {
    if (underWay === 0) this.#events.emit('settled')
  }

  open(): void {
    this.isOpen = true
    this.#events.emit('open')
  }
}
