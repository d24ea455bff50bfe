import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FlyttError } from '../errors.ts'
import { FLYTT_SCHEMA } from '../migration/object-names.ts'
import { redact, type Secret } from '../secret.ts'
import { MINUTE_MS } from '../units.ts'
import { databaseAt } from './connection.ts'
import { runWasmPgDump, WASM_PG_DUMP_MAJOR } from './wasm-pg-dump.ts'

/** Before the rows, or after them: keys, indexes, constraints, triggers, rules, policies. */
export type DumpSection = 'pre-data' | 'post-data'

/** What is dumped, and for which server the text must be readable. */
export interface DumpRequest {
  /** The server to dump. */
  readonly url: Secret
  readonly section: DumpSection
  /** The newer of both servers' major versions. */
  readonly major: number
  readonly signal: AbortSignal
  /** Default 10 minutes. */
  readonly timeoutMs?: number
}

/** So long may pg_dump queue for a lock behind somebody's DDL before it gives up. */
const LOCK_WAIT_MS = 10_000
/** The text of a schema of tens of thousands of tables. */
const LARGEST_DUMP_BYTES = 1024 ** 3

const ARGUMENTS = [
  '--schema-only',
  '--no-publications',
  '--no-subscriptions',
  '--no-tablespaces',
  `--exclude-schema=${FLYTT_SCHEMA}`,
  // The server's own encoding would not be what JavaScript reads.
  '--encoding=UTF8',
  `--lock-wait-timeout=${String(LOCK_WAIT_MS)}`,
]

/**
 * Dumps one section of a database's schema as SQL text, without rows, publications, subscriptions and tablespaces.
 *
 * The `pg_dump` found in PATH does it when it is new enough for both servers, otherwise the one in WebAssembly.
 *
 * @returns the script, psql's meta commands (`\restrict`) included; `splitScript` takes them out
 * @throws {FlyttError} `SCHEMA_DUMP_FAILED`, `SERVER_UNREACHABLE`, `LOGIN_REFUSED`; takes ACCESS SHARE locks while it runs
 * @see https://www.postgresql.org/docs/current/app-pgdump.html
 */
export async function dumpSchema(request: DumpRequest): Promise<string> {
  const { url, section, major, timeoutMs = 10 * MINUTE_MS } = request
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
  const args = [...ARGUMENTS, `--section=${section}`]
  try {
    const found = await findPgDumpMajor(signal)
    if (found !== null && found >= major) return await runPgDump(url, args, signal)
    if (major > WASM_PG_DUMP_MAJOR) {
      throw failed(`this needs pg_dump ${major} in PATH (found: ${found ?? 'none'})`)
    }
    const session = await databaseAt('source', url).open({
      applicationName: 'flytt pg_dump',
      statementTimeoutMs: 0,
      signal,
    })
    return await runWasmPgDump(session, args, { answerTimeoutMs: timeoutMs, signal })
  } catch (error) {
    request.signal.throwIfAborted()
    if (signal.aborted) throw failed(`it took longer than ${timeoutMs / 1000} s`, error)
    throw error
  }
}

/** @returns the major version of the `pg_dump` in PATH, or null when there is none that runs */
export async function findPgDumpMajor(signal: AbortSignal): Promise<number | null> {
  try {
    const version = await run('pg_dump', ['--version'], signal)
    const major = /\(PostgreSQL\) (\d+)/.exec(version)?.[1]
    return major === undefined ? null : Number(major)
  } catch {
    signal.throwIfAborted()
    // Not installed, or a wrapper without a version behind it.
    return null
  }
}

async function runPgDump(url: Secret, args: readonly string[], signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flytt-'))
  try {
    const passfile = join(folder, 'pgpass')
    const parsed = new URL(url.reveal())
    await writeFile(passfile, `*:*:*:*:${escapePass(decodeURIComponent(parsed.password))}\n`, { mode: 0o600 })
    parsed.password = ''
    parsed.searchParams.delete('password')
    parsed.searchParams.set('passfile', passfile)
    parsed.searchParams.set('connect_timeout', '10')
    parsed.searchParams.set('application_name', 'flytt pg_dump')
    return await run('pg_dump', [...args, '--no-password', `--dbname=${parsed.href}`], signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof FlyttError ? error : failed(lastWords(error), error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @see https://www.postgresql.org/docs/current/libpq-pgpass.html */
function escapePass(password: string): string {
  return password.replace(/[\\:]/g, '\\$&')
}

async function run(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], {
    encoding: 'utf8',
    maxBuffer: LARGEST_DUMP_BYTES,
    signal,
    killSignal: 'SIGKILL',
  })
  return stdout
}

function lastWords(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string }
  return redact((stderr ?? message ?? String(error)).trim().split('\n').slice(-3).join(' '))
}

function failed(reason: string, cause?: unknown): FlyttError {
  return new FlyttError('SCHEMA_DUMP_FAILED', { context: { reason }, cause })
}
