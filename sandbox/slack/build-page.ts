/** Builds the workspace's page with Vite, only when its sources have changed since the last build. */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

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
  try {
    await runVite(unfinished)
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

/** In a process of its own: Vite does not work within a test runner's sandboxed modules. */
async function runVite(outDir: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
  const config = join(PAGE, 'vite.config.ts')
  const args = [vite, 'build', '--config', config, '--outDir', outDir, '--logLevel', 'error']
  const child = spawn(process.execPath, args, { cwd: PAGE, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => child.kill()
  process.once('exit', end)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw new Error(`The page could not be built:\n${said}`)
  } finally {
    process.off('exit', end)
  }
}
