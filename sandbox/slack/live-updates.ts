import type { ServerResponse } from 'node:http'
import type { Changes } from './changes.ts'
import type { JsonObject } from './json.ts'

const APPLICATION_INTERVAL_MS = 1000

/** Server-sent events for the open pages. */
export class LiveUpdates {
  readonly #pages = new Set<ServerResponse>()
  readonly #timer: NodeJS.Timeout
  readonly #readApplication: () => Promise<JsonObject | null>
  readonly #unsubscribe: () => void
  #isReading = false

  /** @param readApplication - asked once a second while a page is open; null when there is no application */
  constructor(changes: Changes, readApplication: () => Promise<JsonObject | null>) {
    this.#readApplication = readApplication
    this.#unsubscribe = changes.subscribe((change) => {
      this.#send(change)
    })
    this.#timer = setInterval(() => void this.#sendApplication(), APPLICATION_INTERVAL_MS)
    this.#timer.unref()
  }

  /** Keeps a response open and sends it every change from now on. */
  open(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    })
    response.write('retry: 1000\n\n')
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#unsubscribe()
    for (const page of this.#pages) page.end()
  }

  #send(update: object): void {
    for (const page of this.#pages) page.write(`data: ${JSON.stringify(update)}\n\n`)
  }

  async #sendApplication(): Promise<void> {
    if (this.#pages.size === 0 || this.#isReading) return
    this.#isReading = true
    try {
      const application = await this.#readApplication()
      if (application !== null) this.#send({ type: 'application', ...application })
    } catch (error) {
      this.#send({ type: 'application', error: error instanceof Error ? error.message : String(error) })
    } finally {
      this.#isReading = false
    }
  }
}
