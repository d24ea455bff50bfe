import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, basename } from 'node:path'
import { z } from 'zod'
import { FlyttError } from '../errors.ts'
import type { Endpoint, Switch } from './switch.ts'

const content = z.object({
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  /** `paused` asks the application to hold its statements back until it is `open` again. */
  state: z.enum(['open', 'paused']),
})

/** What stands in the connection file; no user and no password. */
export type ConnectionFile = z.infer<typeof content>

/**
 * A connection file that the application watches: JSON with host, port, database and state.
 *
 * Every write is atomic (written beside it, flushed, renamed), so that a reader sees the old or the new one, whole.
 *
 * @param path - the file; it must exist, as the application reads it now
 */
export function fileSwitch(path: string): Switch {
  const name = `file ${basename(path)}`
  const read = async (): Promise<ConnectionFile> => {
    try {
      return content.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      throw new FlyttError('SWITCH_FAILED', {
        context: { switchName: name, reason: `the file cannot be read as {"host","port","database","state"}` },
        cause: error,
      })
    }
  }
  const write = async (next: ConnectionFile) => {
    try {
      await writeAtomically(path, `${JSON.stringify(next, null, 2)}\n`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new FlyttError('SWITCH_FAILED', { context: { switchName: name, reason }, cause: error })
    }
  }
  return {
    name,
    async check() {
      try {
        await read()
        return []
      } catch (error) {
        const summary = error instanceof FlyttError ? error.message : String(error)
        return [
          {
            check: 'switch',
            verdict: 'block',
            summary,
            remedy: `Let the application read ${path}, and write where it connects now.`,
          },
        ]
      }
    },
    async pause() {
      await write({ ...(await read()), state: 'paused' })
    },
    async pointAt(endpoint: Endpoint) {
      await write({ ...(await read()), host: endpoint.host, port: endpoint.port, database: endpoint.database })
    },
    async resume() {
      const now = await read()
      if (now.state !== 'open') await write({ ...now, state: 'open' })
    },
    async describe() {
      const { host, port, database, state } = await read()
      return { pointsAt: { host, port, database }, paused: state === 'paused' }
    },
    end: () => Promise.resolve(),
  }
}

/**
 * Replaces a file so that a reader, and a crash, sees the old or the new text, never half of one.
 *
 * The new file has the old one's mode, and its owner where the process may give it; the folder must be writable.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const before = await stat(path)
  const beside = join(dirname(path), `.${basename(path)}.flytt-${process.pid}`)
  const file = await open(beside, 'w', before.mode)
  try {
    await file.chmod(before.mode)
    if (process.getuid?.() === 0) await file.chown(before.uid, before.gid)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
