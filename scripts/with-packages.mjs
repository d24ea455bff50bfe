/**
 * Runs one of the project's verbs from a fresh clone: installs the packages when they are missing or older than the lock
 * file, then hands over. Uses Node's own modules only, because nothing else may be there yet.
 *
 *   node scripts/with-packages.mjs <file.ts> [arguments]     runs a TypeScript entry point
 *   node scripts/with-packages.mjs test [project] [jest arguments]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', '.package-lock.json')

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) {
  process.stderr.write('Installing the packages (once) …\n')
  const install = spawnSync('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) process.exit(install.status ?? 1)
}

const [verb, ...rest] = process.argv.slice(2)
const nodeArguments =
  verb === 'test'
    ? [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
        '--runInBand',
        ...jestArguments(rest),
      ]
    : ['--import', 'tsx', join(root, verb), ...rest]

// The child shares the terminal: Ctrl-C reaches it by itself; a signal sent to this process alone is passed on.
const child = spawn(process.execPath, nodeArguments, { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1)
})

function jestArguments([first, ...others]) {
  if (first === undefined) return []
  return ['unit', 'servers', 'scenarios'].includes(first) ? ['--selectProjects', first, ...others] : [first, ...others]
}
