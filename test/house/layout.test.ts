import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { listFiles, readText } from './project-files.ts'

const CODE = /\.(ts|tsx|mjs|js)$/
const code = ['src', 'commands', 'jobs', 'sandbox', 'scripts', 'test']
  .flatMap((folder) => listFiles(folder))
  .filter((path) => CODE.test(path))
const tested = ['src', 'commands', 'jobs'].flatMap((folder) => listFiles(folder)).filter((path) => path.endsWith('.ts'))
const tests = listFiles('test').filter((path) => /\.test\.ts$/.test(path))
const untested = JSON.parse(readText('test/house/untested.json')) as Readonly<Record<string, string>>

describe('the layout', () => {
  test('has no file called index and no folder called utils', () => {
    expect(code.filter((path) => /(^|\/)(index\.\w+$|(utils?|helpers?|common|lib|misc)\/)/.test(path))).toEqual([])
  })

  test('names every file and folder in kebab-case', () => {
    const isKebab = (part: string) =>
      /^[a-z0-9]+(-[a-z0-9]+)*(\.(servers|scenario))?(\.test)?(\.config)?\.?[a-z]*$/.test(part)
    expect(code.filter((path) => !path.split('/').every(isKebab))).toEqual([])
  })

  test('names every question in src/postgres/sql, and every revision, the same way', () => {
    expect(listFiles('src/postgres/sql').filter((path) => !/\/[a-z0-9]+(-[a-z0-9]+)*\.sql$/.test(path))).toEqual([])
    expect(listFiles('src/state/revisions').filter((path) => !/\/\d{4}-[a-z0-9-]+\.sql$/.test(path))).toEqual([])
  })

  test('has every question in use', () => {
    const sources = tested.map(readText).join('\n')
    const unused = listFiles('src/postgres/sql').filter(
      (path) => !sources.includes(`'${path.replace(/^.*\/|\.sql$/g, '')}'`),
    )
    expect(unused).toEqual([])
  })
})

/** A file of types alone, and a list that the compiler checks, have nothing that could be run. */
const isTypesOnly = (path: string) => !/^export (async )?(function|const|let|class)\b/m.test(readText(path))

/** Either the path of a test that imports the file, itself or by a file beside it, or words why there is none. */
const BY = /^by (test\/\S+\.test\.ts)$/

describe('the tests', () => {
  const isTestOf = (path: string) => {
    const pattern = new RegExp(`^test/${path.replace(/\.ts$/, '')}(\\.[a-z-]+)?\\.test\\.ts$`)
    return (test: string) => pattern.test(test)
  }

  test('stand at the same path as what they test, or it says in untested.json where or why not', () => {
    const missing = tested.filter((path) => !tests.some(isTestOf(path)) && !isTypesOnly(path) && !(path in untested))
    expect(missing).toEqual([])
  })

  test('take a file out of untested.json when it has a test of its own or is gone', () => {
    const outdated = Object.keys(untested).filter(
      (path) => !tested.includes(path) || tests.some(isTestOf(path)) || isTypesOnly(path),
    )
    expect(outdated).toEqual([])
  })

  test('import what untested.json says they test', () => {
    const wrong = Object.entries(untested).filter(([path, why]) => {
      const [, by] = BY.exec(why) ?? []
      return by === undefined ? why.trim().length < 20 : !tests.includes(by) || !importsOf(by).has(path)
    })
    expect(wrong).toEqual([])
    expect(Object.keys(untested)).toEqual(Object.keys(untested).toSorted())
  })

  test('stand in a folder of the same name as what they test', () => {
    const folders = new Set(code.map((path) => dirname(path)))
    const lost = tests.filter(
      (path) => /^test\/(src|commands|jobs|sandbox)\//.test(path) && !folders.has(dirname(path).replace(/^test\//, '')),
    )
    expect(lost).toEqual([])
  })

  test('do not sleep', () => {
    const sleepers = tests.filter((path) => /await (delay|sleep)\(|setTimeout\(resolve/.test(readText(path)))
    expect(sleepers).toEqual([])
  })
})

/** @returns the files a test imports, and those that its helpers in test/ import */
function importsOf(path: string, seen = new Set<string>()): Set<string> {
  for (const [, specifier = ''] of readText(path).matchAll(/from '(\.[^']+)'/g)) {
    const found = join(dirname(path), specifier)
    if (seen.has(found)) continue
    seen.add(found)
    if (found.startsWith('test/') && code.includes(found)) importsOf(found, seen)
  }
  return seen
}
