import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { isMap, isPair, isScalar, LineCounter, parse, parseDocument, visit } from 'yaml'
import { SUBCOMMANDS } from '../../commands/subcommands.ts'
import { CONFIG_VARIABLES, readConfig } from '../../src/config.ts'
import { ERRORS } from '../../src/errors.ts'
import { readInventory, type Inventory } from '../../src/inventory.ts'
import { PHASE_NAMES } from '../../src/migration/phase-name.ts'
import { firstColumn, headings } from './markdown.ts'
import { listFiles, readText } from './project-files.ts'
import { writeThread } from './readme-thread.ts'

const root = join(import.meta.dirname, '../..')
const readme = readText('README.md')
const phases = readText('docs/phases.md')

describe('README.md', () => {
  test('has a row for each phase, in order', () => {
    expect(firstColumn(readme, 'phase')).toEqual(PHASE_NAMES)
  })

  test('has a row for each subcommand, as it is typed and with its own summary', () => {
    const rows = [...SUBCOMMANDS.values()].map(({ usage, summary }) => `/migrate ${usage} | ${summary}`)
    const shown = readme
      .split('\n')
      .filter((line) => line.startsWith('| `/migrate'))
      .map((line) =>
        line
          .split('|')
          .slice(1, 3)
          .map((cell) => cell.trim().replaceAll('`', ''))
          .join(' | '),
      )
    expect(shown).toEqual(rows)
  })

  test('shows the thread as the messages really are', () => {
    expect(readme).toContain(`\`\`\`\n${writeThread()}\n\`\`\``)
  })
})

describe('docs/phases.md', () => {
  test('has a row and a section for each phase, in order', () => {
    expect(firstColumn(phases, 'phase')).toEqual(PHASE_NAMES)
    expect(headings(phases, 2)).toEqual(PHASE_NAMES)
  })

  test('has a row for each step that a cutover journals, in order', () => {
    const source = readText('jobs/cutover.ts')
    const steps = [...source.matchAll(/take\('([a-z-]+)'/g)].map(([, step]) => step)
    expect(firstColumn(phases, 'step')).toEqual([...steps, 'switch'])
  })
})

describe('docs/errors.md', () => {
  test('has a section for each code, and no other, in order', () => {
    expect(headings(readText('docs/errors.md'), 2)).toEqual(Object.keys(ERRORS).toSorted())
  })
})

describe('manifest.json', () => {
  test('hints at each subcommand', () => {
    const manifest = JSON.parse(readText('manifest.json')) as {
      features: { slash_commands: { usage_hint: string }[] }
    }
    expect(manifest.features.slash_commands.map((each) => each.usage_hint)).toEqual([
      [...SUBCOMMANDS.keys()].join(' | '),
    ])
  })
})

describe('.env.example', () => {
  const [flytts = '', inventorys = '', composes = ''] = readText('.env.example').split(
    /^# --- (?:Not Flytt's own|Read by docker-compose).*$/m,
  )

  test('has every variable of the environment, and no other', () => {
    expect(Object.keys(parseEnvironment(flytts)).toSorted()).toEqual(CONFIG_VARIABLES.toSorted())
  })

  test("has every variable that flytt.example.yaml and docker-compose.yml refer to, apart from Flytt's own", () => {
    const inventoryText = readText('flytt.example.yaml').replace(/^\s*#.*$/gm, '')
    expect(Object.keys(parseEnvironment(inventorys)).toSorted()).toEqual(matchesOf(inventoryText, /env:(\w+)/g))
    expect(Object.keys(parseEnvironment(composes)).toSorted()).toEqual(
      matchesOf(readText('docker-compose.yml'), /\$\{(\w+)/g),
    )
  })

  test('is itself a usable environment', () => {
    expect(readConfig(parseEnvironment(flytts))).toMatchObject({
      inventoryFile: 'flytt.yaml',
      queuePrefix: 'flytt',
      workerConcurrency: 4,
      logLevel: 'info',
    })
  })

  test('explains each variable in the line above it', () => {
    const lines = readText('.env.example').split('\n')
    const bare = lines.filter(
      (line, index) =>
        /^[A-Z_]+=/.test(line) &&
        CONFIG_VARIABLES.includes(line.split('=')[0] ?? '') &&
        !lines[index - 1]?.startsWith('# '),
    )
    expect(bare).toEqual([])
  })
})

describe('flytt.example.yaml', () => {
  const text = readText('flytt.example.yaml')

  test('is a usable inventory in the environment of .env.example', () => {
    const inventory = readExample(text)
    expect(Object.keys(inventory.migrations)).toEqual(['shop', 'blog'])
    expect(inventory.approvals).toMatchObject({ required: 2, expireAfter: 7_200_000 })
  })

  test('shows every field: what is optional too, and the default of what has one', () => {
    const shown = keysOf(parse(text))
    // What the schema fills in by itself must stand in the example, with the same value.
    expect([...keysOf(JSON.parse(JSON.stringify(readExample(text))))].filter((key) => !shown.has(key))).toEqual([])
    const optional = [
      'approvals.approvers',
      'approvals.userGroup',
      'migrations.shop.source.country',
      'migrations.shop.source.host',
    ]
    expect(optional.filter((key) => !shown.has(key))).toEqual([])
    const bare = text
      .replace(/^ {2}(required|expireAfter|countdown):.*\n/gm, '')
      .replace(/^ {4}policy:\n( {6}.*\n)+/m, '')
    const plain = (inventory: Inventory) => JSON.parse(JSON.stringify(inventory)) as unknown
    expect(plain(readExample(bare))).toEqual(plain(readExample(text)))
  })

  test('explains every field, above it or beside it', () => {
    const lines = text.split('\n')
    const counter = new LineCounter()
    const silent: string[] = []
    visit(parseDocument(text, { lineCounter: counter }), {
      Pair(_index, pair, path) {
        if (!isScalar(pair.key) || !pair.key.range) return
        const line = counter.linePos(pair.key.range[0]).line
        const explained = `${lines[line - 1] ?? ''}${lines[line - 2] ?? ''}`.includes('#')
        // A group that only holds others needs no words of its own.
        const isGroup = path.length < 4 && isPair(pair) && isMap(pair.value)
        if (!explained && !isGroup) silent.push(`line ${String(line)}: ${String(pair.key.value)}`)
      },
    })
    expect(silent).toEqual([])
  })
})

describe('docker-compose.yml', () => {
  interface Service {
    readonly command?: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
    readonly env_file?: string
    readonly healthcheck?: unknown
    readonly volumes?: readonly string[]
    readonly ports?: unknown
    readonly stop_grace_period?: string
    readonly depends_on?: Readonly<Record<string, { condition: string }>>
  }
  const compose = parse(readText('docker-compose.yml'), { merge: true }) as {
    services: Readonly<Record<string, Service>>
    volumes: Readonly<Record<string, null>>
  }
  const flytts = ['bot', 'worker-1', 'worker-2'].map((name) => [name, compose.services[name]] as const)

  test('starts a state database, Redis, the bot and two workers, and opens no port', () => {
    expect(Object.keys(compose.services)).toEqual(['state', 'redis', ...flytts.map(([name]) => name)])
    expect(Object.values(compose.services).filter(({ ports }) => ports !== undefined)).toEqual([])
  })

  test.each(flytts)('gives %s an environment it accepts, that reaches the services beside it', (_name, service) => {
    const filled = Object.fromEntries(
      Object.entries(service?.environment ?? {}).map(([name, value]) => [
        name,
        value.replace(/\$\{\w+[^}]*\}/, 'word'),
      ]),
    )
    expect(Object.keys(filled).filter((name) => !CONFIG_VARIABLES.includes(name))).toEqual([])
    const config = readConfig({
      ...parseEnvironment(readText(service?.env_file === '.env' ? '.env.example' : '')),
      ...filled,
    })
    expect(config.stateDatabaseUrl.reveal()).toBe('postgres://flytt:word@state:5432/flytt')
    expect(config.redisUrl?.reveal()).toBe('redis://redis:6379')
    expect(service?.depends_on).toEqual({
      state: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    })
    expect(service?.stop_grace_period).toBe('15s')
  })

  test.each(flytts)('runs an entry point that %s has', (_name, service) => {
    const [node, entry = ''] = service?.command ?? []
    expect(node).toBe('node')
    expect(listFiles('src')).toContain(entry.replace(/^dist\//, '').replace(/\.js$/, '.ts'))
  })

  test('starts a Redis that keeps its jobs, and a state database as the URL says', () => {
    expect(compose.services['redis']?.command?.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/)
    expect(compose.services['state']?.environment).toMatchObject({ POSTGRES_USER: 'flytt', POSTGRES_DB: 'flytt' })
    for (const name of ['state', 'redis']) {
      expect(compose.services[name]?.healthcheck).toBeDefined()
      expect(compose.services[name]?.volumes?.[0]?.split(':')[0]).toBe(name)
      expect(compose.volumes).toHaveProperty(name)
    }
  })
})

describe('Dockerfile', () => {
  const dockerfile = readText('Dockerfile')

  test('copies only what is there and what .dockerignore lets in', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
    const allowed = new Set(matchesOf(readText('.dockerignore'), /^!(.+)$/gm))
    expect(
      copied.filter(
        (path) => !allowed.has(path) || !listFiles().some((file) => file === path || file.startsWith(`${path}/`)),
      ),
    ).toEqual([])
  })

  test('runs as an ordinary user on the Node of package.json, and ends by SIGTERM', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
    expect(new Set(bases)).toEqual(new Set(['node:20-slim']))
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m)
  })
})

describe('CONTRIBUTING.md', () => {
  test('says why each dependency is there, and names no other', () => {
    const contributing = readText('CONTRIBUTING.md')
    const { dependencies, devDependencies } = JSON.parse(readText('package.json')) as Record<
      string,
      Record<string, string>
    >
    expect(firstColumn(contributing, 'runs with Flytt')).toEqual(Object.keys(dependencies ?? {}))
    expect(firstColumn(contributing, 'develops it')).toEqual(Object.keys(devDependencies ?? {}))
  })
})

describe('CHANGELOG.md', () => {
  test('says under Unreleased what changed', () => {
    const [, unreleased = ''] = readText('CHANGELOG.md').split(/^## Unreleased$/m)
    expect(unreleased.split(/^## /m)[0]).toMatch(/^- \S/m)
  })
})

describe('docs/adr', () => {
  const decisions = listFiles('docs/adr')

  test('numbers its decisions without a gap', () => {
    expect(decisions.map((path) => Number(path.slice('docs/adr/'.length, 'docs/adr/'.length + 4)))).toEqual(
      decisions.map((_path, index) => index + 1),
    )
  })

  test.each(decisions)('%s says context, decision, consequences, evidence and what enforces it', (path) => {
    const text = readText(path)
    expect(headings(text, 1)[0]).toMatch(new RegExp(`^${path.slice('docs/adr/'.length, 'docs/adr/'.length + 4)}: `))
    expect(headings(text, 2)).toEqual(['Context', 'Decision', 'Consequences', 'Evidence', 'Enforced by'])
    expect(text.split('\n').length).toBeLessThan(50)
  })
})

describe('every text of the project', () => {
  const texts = listFiles().filter((path) => !/\.(png|ico|woff2?)$/.test(path) && path !== 'package-lock.json')

  test('names no path of a machine and no registry host', () => {
    // The user "flytt" of a host in the sandbox lives nowhere.
    const home = /(?<![\w.~-])\/(home|Users|root|work|mnt|private)\/(?!flytt\b)[\w.-]+/
    const registry = /\b[\w.-]*(registry|artifactory|nexus|verdaccio)\.[\w-]+\.\w+|\.npmrc\b/i
    const own = 'test/house/docs.test.ts'
    const faulty = texts.filter((path) => path !== own && (home.test(readText(path)) || registry.test(readText(path))))
    expect(faulty).toEqual([])
  })

  test('links only to files and sections that are there', () => {
    const broken = texts
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        matchesOf(readText(path).replace(/^```[\s\S]*?^```/gm, ''), /\]\((?!https?:)([^)\s]+)\)/g)
          .filter((link) => !isThere(path, link))
          .map((link) => `${path}: ${link}`),
      )
    expect(broken).toEqual([])
  })

  test('refers only to decisions that are there', () => {
    const files = new Set(listFiles('docs/adr'))
    const missing = texts
      .flatMap((path) => matchesOf(readText(path), /(docs\/adr\/\d{4}[\w-]*\.md)/g))
      .filter((link) => !files.has(link))
    expect(missing).toEqual([])
  })
})

function isThere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? from : join(dirname(from), file)
  if (!listFiles().some((each) => each === path || each.startsWith(`${path}/`))) return false
  if (anchor === undefined) return true
  const anchors = [1, 2, 3]
    .flatMap((level) => headings(readText(path), level))
    .map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    )
  return anchors.includes(anchor)
}

/** @returns what the first group of a pattern finds, each once, sorted */
function matchesOf(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].toSorted()
}

function parseEnvironment(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
}

/** Reads the example as if it were filled in, with a file for each `file:` it refers to. */
function readExample(yaml: string): Inventory {
  const folder = mkdtempSync(join(tmpdir(), 'flytt-example-'))
  try {
    for (const path of matchesOf(yaml.replace(/^\s*#.*$/gm, ''), /file:(\S+\/\S+)/g)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      cpSync(join(root, 'LICENSE'), join(folder, path))
    }
    writeFileSync(join(folder, 'flytt.yaml'), yaml)
    return readInventory(join(folder, 'flytt.yaml'), parseEnvironment(readText('.env.example')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the paths of all keys, of the first migration alone: the others show how little is needed */
function keysOf(value: unknown, path = ''): Set<string> {
  const keys = new Set<string>()
  if (typeof value !== 'object' || value === null || path.startsWith('migrations.blog')) return keys
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`
    keys.add(here)
    for (const deeper of keysOf(inner, here)) keys.add(deeper)
  }
  return keys
}
