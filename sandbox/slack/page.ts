import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { buildPage } from './build-page.ts'
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

/** The page people use the workspace with: built by Vite when its sources have changed, then served. */
export class Page {
  readonly #isServed: boolean
  #built: Promise<string> | null = null

  /** @param isServed - false for a workspace without a page */
  constructor(isServed: boolean) {
    this.#isServed = isServed
  }

  /** Builds the page once, if it needs to be. @returns the folder to serve, or null when there is no page */
  async prepare(): Promise<string | null> {
    if (!this.#isServed) return null
    // A failed build is tried again by the next request.
    this.#built ??= buildPage().catch((error: unknown) => {
      this.#built = null
      throw error
    })
    return this.#built
  }

  /** Answers `/` and `/assets/*`. */
  async answer(response: ServerResponse, pathname: string): Promise<void> {
    const root = await this.prepare()
    if (root === null) {
      sendText(response, 404, 'This workspace was started without its page.')
      return
    }
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
