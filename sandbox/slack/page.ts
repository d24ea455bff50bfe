import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { sendText } from './http.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** The page people use the workspace with: built by Vite when it is missing or older than its sources, then served. */
export class Page {
  readonly #directory: string | null
  #built: Promise<void> | null = null

  /** @param directory - where the page's sources are; null when there is no page */
  constructor(directory: string | null) {
    this.#directory = directory
  }

  /** Builds the page once, if it needs to be. */
  async prepare(): Promise<void> {
    if (this.#directory === null) return
    // A failed build is tried again by the next request.
    this.#built ??= buildWhenStale(this.#directory).catch((error: unknown) => {
      this.#built = null
      throw error
    })
    await this.#built
  }

  /** Answers `/` and `/assets/*`. */
  async answer(response: ServerResponse, pathname: string): Promise<void> {
    if (this.#directory === null || !existsSync(join(this.#directory, 'index.html'))) {
      sendText(response, 404, 'This workspace was started without its page.')
      return
    }
    await this.prepare()
    const root = join(this.#directory, 'dist')
    const isFile = extname(pathname) !== ''
    const path = join(root, isFile ? pathname : 'index.html')
    if (!path.startsWith(root + sep) || !existsSync(path)) {
      sendText(response, 404, 'Not found')
      return
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    })
    response.end(await readFile(path))
  }
}

async function buildWhenStale(directory: string): Promise<void> {
  const built = join(directory, 'dist', 'index.html')
  if (existsSync(built) && (await stat(built)).mtimeMs >= (await newestSourceMs(directory))) return
  const { build } = await import('vite')
  // Not emptied: another sandbox on this machine may be serving from it. File names carry a hash.
  await build({ root: directory, logLevel: 'warn', build: { outDir: 'dist', emptyOutDir: false } })
}

async function newestSourceMs(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const built = join(directory, 'dist')
  const sources = entries.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(built))
  const times = await Promise.all(
    sources.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
  )
  return Math.max(0, ...times)
}
