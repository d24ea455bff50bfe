/** Builds the workspace's page with Vite, only when its sources have changed since the last build. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'

const PAGE = join(import.meta.dirname, 'page')
const DIST = join(PAGE, 'dist')

async function listSources(): Promise<string[]> {
  const entries = await readdir(PAGE, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(DIST))
    .sort()
}

/** Names the content of the sources: a checkout changes file times, and two sandboxes may start at once. */
async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of await listSources()) hash.update(`${relative(PAGE, path)}\0`).update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}

async function removeOldBuilds(current: string): Promise<void> {
  for (const name of await readdir(DIST)) {
    if (/^[0-9a-f]{16}$/.test(name) && name !== current) await rm(join(DIST, name), { recursive: true, force: true })
  }
}

/**
 * The directory that holds index.html and assets/, inside page/dist. Builds it first when these sources have not been
 * built yet (about a second), without writing to the terminal.
 */
export async function buildPage(): Promise<string> {
  const name = await hashSources()
  const built = join(DIST, name)
  if (existsSync(join(built, 'index.html'))) return built

  const unfinished = join(DIST, `building-${randomUUID()}`)
  const { build } = await import('vite')
  try {
    await build({
      configFile: join(PAGE, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: unfinished, emptyOutDir: false },
    })
    // Another process may have finished the same build meanwhile; its result is as good.
    await rename(unfinished, built).catch((error: unknown) => {
      if (!existsSync(join(built, 'index.html'))) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  await removeOldBuilds(name)
  return built
}
