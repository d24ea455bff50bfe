import { spawn, spawnSync } from 'node:child_process'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { startSlackWorkspace } from '../../sandbox/slack/workspace.ts'
import { pollUntil, useDirectory, useServers } from '../support/servers.ts'
import { readText } from './project-files.ts'

const root = join(import.meta.dirname, '../..')
const servers = useServers({ state: 18 })
const directory = useDirectory()

/** What the Dockerfile does, without Docker: builds from the same folders, and starts with the examples filled in. */
describe('what `npm run build` makes', () => {
  beforeAll(() => {
    for (const path of ['src', 'commands', 'jobs', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
      cpSync(join(root, path), join(directory(), path), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(directory(), 'node_modules'))
    const build = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: directory(), encoding: 'utf8' })
    if (build.status !== 0) throw new Error(build.stdout + build.stderr)
  }, 180_000)

  test('starts bot and worker from .env.example and flytt.example.yaml, and ends on SIGTERM', async () => {
    const workspace = await startSlackWorkspace({ port: 0 })
    try {
      const values = {
        SLACK_BOT_TOKEN: workspace.botToken,
        SLACK_APP_TOKEN: workspace.appToken,
        SLACK_API_URL: workspace.apiUrl,
        STATE_DATABASE_URL: servers.state.url,
      }
      const environment = Object.entries(values).reduce(
        (text, [name, value]) => text.replace(new RegExp(`^${name}=.*$`, 'm'), () => `${name}=${value}`),
        readText('.env.example'),
      )
      writeFileSync(join(directory(), '.env'), environment)
      writeFileSync(
        join(directory(), 'flytt.yaml'),
        readText('flytt.example.yaml').replace(/file:secrets\/\S+/g, 'file:key'),
      )
      writeFileSync(join(directory(), 'key'), 'a private key')
      const child = spawn(process.execPath, ['--env-file=.env', 'dist/src/main.js'], {
        cwd: directory(),
        env: {},
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      try {
        await pollUntil(() => child.exitCode !== null || /bot started[\s\S]*worker started/.test(output), {
          describe: 'bot and worker have started',
          deadlineMs: 30_000,
        })
        child.kill('SIGTERM')
        await pollUntil(() => child.exitCode !== null, { describe: 'the process has ended', deadlineMs: 10_000 })
      } finally {
        child.kill('SIGKILL')
      }
      expect(output).toMatch(/worker stopped[\s\S]*bot stopped/)
      expect(child.exitCode).toBe(0)
    } finally {
      await workspace.stop()
    }
  }, 60_000)
})
