import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** What is made or filled in on a machine and never belongs to the project; see .gitignore. */
const NOT_OURS = /^(node_modules|dist|\.git|secrets|\.sandbox.*|\.env|flytt\.yaml|artifacts)$|\.log$/

const files = walk('')

/** @returns every file of the project below a folder, as paths from the root with `/`, sorted */
export function listFiles(folder = ''): readonly string[] {
  return files.filter((path) => folder === '' || path.startsWith(`${folder}/`))
}

/** @returns a file's text, by its path from the root */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function walk(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.test(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : []
    })
    .toSorted()
}
