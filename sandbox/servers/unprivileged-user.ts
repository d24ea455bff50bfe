import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/** A system user that servers run as, because PostgreSQL and PgBouncer refuse root. */
export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const PREFERRED_NAMES = ['nobody', 'daemon']

/**
 * Finds whom a server has to run as.
 *
 * @returns null when this process is not root: servers then run as the same user
 */
export function findUnprivilegedUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter((user) => user.name !== '' && !user.name.startsWith('#') && user.uid !== 0)
  const user = PREFERRED_NAMES.map((name) => users.find((one) => one.name === name)).find((one) => one) ?? users[0]
  if (!user) throw new Error('Running as root, and /etc/passwd names no other user that a server could run as.')
  return user
}

/** Tells whether `user` may pass through every folder above `path` (null: this process itself, which can). */
export function canReach(path: string, user: SystemUser | null): boolean {
  if (user === null) return true
  let folder = dirname(resolve(path))
  for (;;) {
    const { mode, uid, gid } = statSync(folder)
    const executable = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001
    if (executable === 0) return false
    if (folder === dirname(folder)) return true
    folder = dirname(folder)
  }
}

/** Makes a folder and hands it to `user`. */
export function makeFolderFor(user: SystemUser | null, path: string, mode = 0o700): void {
  mkdirSync(path, { recursive: true, mode })
  if (user === null) return
  chownSync(path, user.uid, user.gid)
  chmodSync(path, mode)
}

/**
 * Gives a folder for `path`'s purpose that `user` can reach: `path` itself where possible, else one under the system's
 * folder for temporary files, the same one each time.
 */
export function reachableFolder(path: string, user: SystemUser | null): string {
  mkdirSync(path, { recursive: true })
  if (canReach(join(path, 'x'), user)) return path
  const hash = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12)
  const replacement = join(temporaryFolder(user), `flytt-${basename(path)}-${hash}`)
  mkdirSync(replacement, { recursive: true, mode: 0o755 })
  requireOwn(replacement)
  return replacement
}

/** Gives the first folder for temporary files that `user` can reach. */
export function temporaryFolder(user: SystemUser | null): string {
  const found = [tmpdir(), '/tmp'].find((folder) => canReach(join(folder, 'x'), user))
  if (found === undefined) throw new Error(`The user ${user?.name ?? ''} can reach no folder for temporary files.`)
  return found
}

/** Everybody can write beside it, so a folder found there may be a trap of somebody else's. */
export function requireOwn(folder: string): void {
  const status = lstatSync(folder)
  if (!status.isDirectory() || status.uid !== process.getuid?.()) {
    throw new Error(`${folder} exists and belongs to somebody else; remove it.`)
  }
}
