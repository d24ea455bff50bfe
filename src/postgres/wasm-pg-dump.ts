import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { Session } from './connection.ts'
import { loadSql } from './sql.ts'
import type { DumpWorkerData, DumpWorkerResult } from './wasm-pg-dump-worker.ts'

/** The major of the `pg_dump` inside `@electric-sql/pglite-tools`: it reads servers up to this one. */
export const WASM_PG_DUMP_MAJOR = 18

const READY_FOR_QUERY = 0x5a

const reportedParameters = loadSql('reported-parameters')
const parameterRow = z.object({ name: z.string(), setting: z.string() })

/**
 * Runs the WebAssembly `pg_dump` against a real server, over a session that is used up by it.
 *
 * `pg_dump` wants to block on its socket, which WebAssembly cannot; so it runs in a thread of its own that sleeps
 * (`Atomics.wait`) while this thread relays the protocol over the session's stream. Login and TLS are the driver's.
 *
 * @param session - an idle session on the server to dump; it is closed afterwards
 * @param args - pg_dump's arguments, without connection and file
 * @param options.answerTimeoutMs - how long the server may take for one answer
 * @param options.signal - ends the dump at once
 * @returns the dump as text
 * @throws {FlyttError} `SCHEMA_DUMP_FAILED` with pg_dump's own words; takes ACCESS SHARE locks while it runs
 */
export async function runWasmPgDump(
  session: Session,
  args: readonly string[],
  options: { readonly answerTimeoutMs: number; readonly signal: AbortSignal },
): Promise<string> {
  const { signal, answerTimeoutMs } = options
  const parameters = (await session.rows(parameterRow, reportedParameters)).map(
    ({ name, setting }) => [name, setting] as const,
  )
  const stream = session.client.connection.stream
  const state = new Int32Array(new SharedArrayBuffer(4))
  const { port1: near, port2: far } = new MessageChannel()
  const data: DumpWorkerData = { signal: state.buffer, port: far, parameters, args, answerTimeoutMs }
  const worker = startWorker(data, far)
  const wake = (value: 1 | 2) => {
    Atomics.store(state, 0, value)
    Atomics.notify(state, 0)
  }
  const onClose = () => {
    wake(2)
  }
  stream.removeAllListeners('data')
  stream.on(
    'data',
    collectAnswers((answer) => {
      near.postMessage(answer)
      wake(1)
    }),
  )
  stream.on('close', onClose)
  near.on('message', (bytes: Uint8Array) => stream.write(bytes))
  try {
    return await resultOf(worker, signal)
  } finally {
    near.close()
    stream.off('close', onClose)
    // The protocol may be in the middle of an answer, so the session cannot be ended politely.
    stream.destroy()
    await worker.terminate()
    await session.end()
  }
}

/**
 * Under tsx and jest the thread's file is TypeScript, which Node does not load by itself, and `--import tsx` does nothing
 * in a thread: there a line of JavaScript imports the file through tsx. Compiled to dist/ it is plain JavaScript.
 */
function startWorker(data: DumpWorkerData, far: MessageChannel['port2']): Worker {
  const options = {
    workerData: data,
    transferList: [far],
    // The flags of jest and tsx are not for this thread.
    execArgv: [],
    // What pg_dump prints is in the error it gives.
    stdout: true,
    stderr: true,
  }
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./wasm-pg-dump-worker.js', import.meta.url), options)
  const file = new URL('./wasm-pg-dump-worker.ts', import.meta.url).href
  // `require` finds the CommonJS twin, which cannot register itself from a thread.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/\.cjs$/, '.mjs'),
  ).href
  const bootstrap = `import(${JSON.stringify(tsx)}).then(({ tsImport }) => tsImport(${JSON.stringify(file)}, ${JSON.stringify(file)}))`
  return new Worker(bootstrap, { ...options, eval: true })
}

function resultOf(worker: Worker, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) => {
      reject(new FlyttError('SCHEMA_DUMP_FAILED', { context: { reason }, cause }))
    }
    const onAbort = () => {
      reject(signal.reason as Error)
    }
    worker.once('message', (result: DumpWorkerResult) => {
      signal.removeEventListener('abort', onAbort)
      if ('text' in result) resolve(result.text)
      else fail(result.failure)
    })
    worker.once('error', (error: unknown) => {
      fail(error instanceof Error ? error.message : String(error), error)
    })
    worker.once('exit', () => {
      signal.removeEventListener('abort', onAbort)
      fail('pg_dump ended without a result')
    })
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}

/** Gathers the server's messages and hands them on when the server is ready for the next query. */
function collectAnswers(onAnswer: (answer: Uint8Array) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let end = 0
    let isReady = false
    while (end + 5 <= bytes.length && end + 1 + bytes.readUInt32BE(end + 1) <= bytes.length) {
      isReady = bytes[end] === READY_FOR_QUERY
      end += 1 + bytes.readUInt32BE(end + 1)
    }
    chunks.push(bytes.subarray(0, end))
    rest = bytes.subarray(end)
    if (!isReady) return
    // Copied: a Buffer may be a window on a pool that others share.
    onAnswer(new Uint8Array(Buffer.concat(chunks)))
    chunks = []
  }
}
