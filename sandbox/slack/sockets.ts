import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { createSecret } from './ids.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { FLYTT } from './people.ts'

export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive'

/** How an envelope fared. */
export type Delivery =
  | { readonly outcome: 'acked'; readonly payload: JsonObject; readonly ackMs: number }
  /** No socket was open, no ack came within 3 s, or the socket closed before the ack. */
  | { readonly outcome: 'no_socket' | 'timeout' | 'closed' }

export interface EnvelopeOptions {
  readonly acceptsResponsePayload: boolean
  /** Whether a closed socket ends the wait: an event is then sent again, a person's click waits its 3 s. */
  readonly endsWithSocket: boolean
  readonly retryAttempt?: number
  readonly retryReason?: string
}

interface Connection {
  readonly socket: WebSocket
  /** Asked to leave: gets no more envelopes. */
  isLeaving: boolean
  heardAtMs: number
}

interface Pending {
  readonly connection: Connection
  readonly sentAtMs: number
  readonly endsWithSocket: boolean
  readonly settle: (delivery: Delivery) => void
}

const ACK_DEADLINE_MS = 3000
const MAX_CONNECTIONS = 10
const PING_INTERVAL_MS = 10_000
const SILENT_AFTER_MS = 30_000

/** Slack's side of Socket Mode: the open sockets, and one of them for each envelope. */
export class SocketHub {
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #tickets = new Set<string>()
  readonly #connections: Connection[] = []
  readonly #pending = new Map<string, Pending>()
  readonly #pinger: NodeJS.Timeout
  readonly #onChange: (isNew: boolean) => void
  #next = 0

  /** @param onChange - called after each `hello` (isNew) and after each end of a socket */
  constructor(onChange: (isNew: boolean) => void) {
    this.#onChange = onChange
    this.#pinger = setInterval(() => {
      this.#pingAll()
    }, PING_INTERVAL_MS)
    this.#pinger.unref()
  }

  get connectionCount(): number {
    return this.#connections.length
  }

  /** Creates a ticket that opens one socket. */
  createTicket(): string {
    const ticket = createSecret()
    this.#tickets.add(ticket)
    return ticket
  }

  /** Takes over an HTTP upgrade; a used or unknown ticket is refused. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, ticket: string | null): void {
    if (ticket === null || !this.#tickets.delete(ticket)) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      this.#accept(socket)
    })
  }

  /** Sends an envelope to one socket, taking turns, and waits at most 3 s for its ack. */
  async send(type: EnvelopeType, payload: JsonObject, options: EnvelopeOptions): Promise<Delivery> {
    const ready = this.#connections.filter(({ socket, isLeaving }) => !isLeaving && socket.readyState === socket.OPEN)
    const connection = ready[this.#next++ % Math.max(1, ready.length)]
    if (connection === undefined) return { outcome: 'no_socket' }
    const envelopeId = randomUUID()
    return await new Promise<Delivery>((resolve) => {
      const deadline = setTimeout(() => {
        this.#settle(envelopeId, { outcome: 'timeout' })
      }, ACK_DEADLINE_MS)
      this.#pending.set(envelopeId, {
        connection,
        sentAtMs: performance.now(),
        endsWithSocket: options.endsWithSocket,
        settle: (delivery) => {
          clearTimeout(deadline)
          resolve(delivery)
        },
      })
      connection.socket.send(
        JSON.stringify({
          envelope_id: envelopeId,
          type,
          payload,
          accepts_response_payload: options.acceptsResponsePayload,
          ...(type === 'events_api'
            ? { retry_attempt: options.retryAttempt ?? 0, retry_reason: options.retryReason ?? '' }
            : {}),
        }),
      )
    })
  }

  /** Cuts the TCP connections of the oldest sockets, without a close frame. */
  drop(count: number): void {
    for (const { socket } of this.#connections.slice(0, count)) socket.terminate()
  }

  /** Asks the oldest sockets to reconnect. */
  requestRefresh(count: number): void {
    for (const connection of this.#connections.filter(({ isLeaving }) => !isLeaving).slice(0, count)) {
      this.#dismiss(connection, 'refresh_requested')
    }
  }

  /** Ends every socket and every wait. */
  stop(): void {
    clearInterval(this.#pinger)
    this.drop(Infinity)
    for (const envelopeId of [...this.#pending.keys()]) this.#settle(envelopeId, { outcome: 'closed' })
    this.#server.close()
  }

  #accept(socket: WebSocket): void {
    const connection: Connection = { socket, isLeaving: false, heardAtMs: Date.now() }
    this.#connections.push(connection)
    socket.on('pong', () => (connection.heardAtMs = Date.now()))
    socket.on('ping', () => (connection.heardAtMs = Date.now()))
    socket.on('message', (data) => {
      this.#receive(connection, data instanceof Buffer ? data.toString() : '')
    })
    // A broken client closes its own socket; `close` follows and does the rest.
    socket.on('error', () => {
      socket.terminate()
    })
    socket.on('close', () => {
      this.#forget(connection)
    })
    if (this.#connections.length > MAX_CONNECTIONS) {
      this.#dismiss(connection, 'too_many_websockets')
      return
    }
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#connections.length,
        debug_info: { ...DEBUG_INFO, started: new Date().toISOString() },
        connection_info: { app_id: FLYTT.appId },
      }),
    )
    this.#onChange(true)
  }

  #receive(connection: Connection, text: string): void {
    connection.heardAtMs = Date.now()
    const message = parseObject(text)
    const envelopeId = message?.['envelope_id']
    if (typeof envelopeId !== 'string') return
    const pending = this.#pending.get(envelopeId)
    const payload = message?.['payload']
    if (pending === undefined) return
    const ackMs = Math.round(performance.now() - pending.sentAtMs)
    this.#settle(envelopeId, { outcome: 'acked', payload: isJsonObject(payload) ? payload : {}, ackMs })
  }

  #dismiss(connection: Connection, reason: string): void {
    connection.isLeaving = true
    connection.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: DEBUG_INFO }))
    setTimeout(() => {
      connection.socket.close()
    }, PING_INTERVAL_MS).unref()
  }

  #forget(connection: Connection): void {
    const index = this.#connections.indexOf(connection)
    if (index >= 0) this.#connections.splice(index, 1)
    this.#onChange(false)
    for (const [envelopeId, pending] of [...this.#pending]) {
      if (pending.connection === connection && pending.endsWithSocket) this.#settle(envelopeId, { outcome: 'closed' })
    }
  }

  #settle(envelopeId: string, delivery: Delivery): void {
    const pending = this.#pending.get(envelopeId)
    this.#pending.delete(envelopeId)
    pending?.settle(delivery)
  }

  #pingAll(): void {
    for (const { socket, heardAtMs } of this.#connections) {
      if (Date.now() - heardAtMs > SILENT_AFTER_MS) socket.terminate()
      else socket.ping()
    }
  }
}

const DEBUG_INFO = { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 }

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    // Slack ignores what it cannot read on a socket.
    return null
  }
}
