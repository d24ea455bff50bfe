import { receiveMessageOnPort, workerData, parentPort, type MessagePort } from 'node:worker_threads'
import { pgDump } from '@electric-sql/pglite-tools/pg_dump'

/** What the thread is given; see wasm-pg-dump.ts for the other end. */
export interface DumpWorkerData {
  /** One word: 0 while the server's answer is awaited, 1 when it is in the port, 2 when the connection is gone. */
  readonly signal: SharedArrayBuffer
  readonly port: MessagePort
  /** What the server said of itself at login (`server_version` …): libpq asks for it. */
  readonly parameters: readonly (readonly [string, string])[]
  readonly args: readonly string[]
  /** How long one answer of the server may take. */
  readonly answerTimeoutMs: number
}

/** What the thread sends back. */
export type DumpWorkerResult = { readonly text: string } | { readonly failure: string }

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const TERMINATE = 0x58
const QUERY = 0x51
const SYNC = 0x53

const { signal, port, parameters, args, answerTimeoutMs } = workerData as DumpWorkerData
const flag = new Int32Array(signal)

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** The login has happened on the main thread already: this plays the server's part of it. */
function answerStartup(): Buffer {
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...parameters.map(([name, value]) => message('S', Buffer.from(`${name}\0${value}\0`))),
    message('K', Buffer.alloc(8)),
    message('Z', Buffer.from('I')),
  ])
}

let started = false
let unsent = Buffer.alloc(0)

/** Relays what libpq wrote; blocks until the server's whole answer is there, because the next read must find it. */
function relay(written: Uint8Array, onAnswer: (bytes: Uint8Array) => void): void {
  unsent = Buffer.concat([unsent, written])
  if (!started) {
    if (unsent.length < 8 || unsent.length < unsent.readUInt32BE(0)) return
    const code = unsent.readUInt32BE(4)
    unsent = Buffer.alloc(0)
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      onAnswer(Buffer.from('N'))
      return
    }
    started = true
    onAnswer(answerStartup())
    return
  }
  // libpq flushes every 8 kB, so a long query comes in pieces: only a complete one is answered.
  let end = 0
  let isAnswered = false
  while (end + 5 <= unsent.length && end + 1 + unsent.readUInt32BE(end + 1) <= unsent.length) {
    const type = unsent[end]
    if (type === TERMINATE) return
    if (type === QUERY || type === SYNC) isAnswered = true
    end += 1 + unsent.readUInt32BE(end + 1)
  }
  if (!isAnswered) return
  const complete = unsent.subarray(0, end)
  unsent = unsent.subarray(end)
  Atomics.store(flag, 0, 0)
  port.postMessage(complete)
  if (Atomics.wait(flag, 0, 0, answerTimeoutMs) === 'timed-out') throw dumpFailure('the server did not answer in time')
  if (Atomics.load(flag, 0) === 2) throw dumpFailure('the connection was lost')
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
    onAnswer(next.message as Uint8Array)
}

/** Why the relay gave up; kept apart, because what is thrown through WebAssembly comes back wrapped. */
const failures: string[] = []

function dumpFailure(reason: string): TypeError {
  failures.push(reason)
  return new TypeError(reason)
}

/**
 * `pgDump` strips every line that begins with `\restrict` from its result, also within function bodies. The splitter
 * knows which of them are psql's, so here that one replacement does nothing. Only this thread is affected.
 */
function keepRestrictLines(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its `this` below
  const replace = String.prototype.replace
  function replaceOthers(this: string, ...parameters: Parameters<typeof replace>): string {
    const [pattern] = parameters as unknown[]
    if (pattern instanceof RegExp && pattern.source.includes('restrict\\b')) return this
    return replace.apply(this, parameters)
  }
  String.prototype.replace = replaceOthers as typeof replace
}

/** The little of PGlite that `pgDump` calls. */
const relayingDatabase = {
  query: () => Promise.resolve({ rows: [{ search_path: 'public' }] }),
  exec: () => Promise.resolve([]),
  execProtocolRawStream: (written: Uint8Array, { onRawData }: { onRawData: (bytes: Uint8Array) => void }) => {
    relay(written, onRawData)
    return Promise.resolve()
  },
}

keepRestrictLines()
let result: DumpWorkerResult
try {
  const file = await pgDump({ pg: relayingDatabase as unknown as Parameters<typeof pgDump>[0]['pg'], args: [...args] })
  result = { text: await file.text() }
} catch (error) {
  result = { failure: failures[0] ?? (error instanceof Error ? error.message : String(error)) }
}
parentPort?.postMessage(result)
port.close()
