import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve, sep } from 'node:path'

/** The files of a simulated host: its `/` is a folder of this machine, and nothing outside can be named. */
export interface SimulatedFiles {
  readonly read: (path: string) => string
  readonly write: (path: string, text: string, append?: boolean) => void
  readonly list: (path: string) => string[]
  readonly exists: (path: string) => boolean
  readonly isFolder: (path: string) => boolean
  readonly sizeBytes: (path: string) => number
  readonly makeFolder: (path: string) => void
  readonly remove: (path: string, recursive?: boolean) => void
  readonly move: (from: string, to: string) => void
  readonly copy: (from: string, to: string) => void
  /** Where a path is on this machine. */
  readonly locate: (path: string) => string
}

/**
 * Opens a folder as a host's file system.
 *
 * @param root - becomes the host's `/`
 * @param ownFolders - folders that the host has under the same path as this machine: its server's data
 */
export function openSimulatedFiles(root: string, ownFolders: readonly string[] = []): SimulatedFiles {
  const open = [root, ...ownFolders].map((folder) => {
    mkdirSync(folder, { recursive: true })
    return realpathSync(folder)
  })
  const [top = root, ...owned] = open
  const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)
  const locate = (path: string): string => {
    const absolute = resolve('/', path)
    const place = owned.some((folder) => isWithin(absolute, folder)) ? absolute : resolve(top, `.${absolute}`)
    // A symbolic link may lead out, and then the real machine would be meant.
    const nearest = realpathSync(nearestExisting(place))
    if (!open.some((folder) => isWithin(nearest, folder))) throw new Error(`${path}: Permission denied`)
    return place
  }
  return {
    locate,
    read: (path) => readFileSync(locate(path), 'utf8'),
    write: (path, text, append = false) => {
      if (append) appendFileSync(locate(path), text)
      else writeFileSync(locate(path), text)
    },
    list: (path) => (statSync(locate(path)).isDirectory() ? readdirSync(locate(path)).sort() : [path]),
    exists: (path) => existsSync(locate(path)),
    isFolder: (path) => existsSync(locate(path)) && statSync(locate(path)).isDirectory(),
    sizeBytes: (path) => statSync(locate(path)).size,
    makeFolder: (path) => mkdirSync(locate(path), { recursive: true }),
    remove: (path, recursive = false) => {
      if (open.includes(locate(path))) throw new Error(`${path}: Permission denied`)
      rmSync(locate(path), { recursive })
    },
    move: (from, to) => {
      renameSync(locate(from), locate(to))
    },
    copy: (from, to) => {
      copyFileSync(locate(from), locate(to))
    },
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}
