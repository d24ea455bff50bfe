import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '/work/main/sandbox/servers/embedded-postgres.ts'
import { startSlackWorkspace } from '/work/main/sandbox/slack/workspace.ts'
import { readFileSync } from 'node:fs'
const dir = mkdtempSync(join(tmpdir(), 'prove-')); chmodSync(dir, 0o755)
const pg = await startPostgres({ major: 18, directory: join(dir, 'pg') })
const ws = await startSlackWorkspace({ port: 0 })
let env = readFileSync('/work/main/.env.example', 'utf8')
const set = (n: string, v: string) => { env = env.replace(new RegExp(`^${n}=.*$`, 'm'), `${n}=${v}`) }
set('SLACK_BOT_TOKEN', ws.botToken); set('SLACK_APP_TOKEN', ws.appToken); set('SLACK_API_URL', ws.apiUrl); set('STATE_DATABASE_URL', pg.url)
const inv = readFileSync('/work/main/flytt.example.yaml', 'utf8').replace(/file:secrets\/\S+/g, 'file:key')
writeFileSync(join(dir, 'flytt.yaml'), inv); writeFileSync(join(dir, 'key'), 'nothing'); writeFileSync(join(dir, '.env'), env)
const child = spawn(process.execPath, ['--env-file=.env', '/tmp/buildproof/dist/src/main.js'], { cwd: dir, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'inherit'] })
let out = ''
child.stdout.on('data', (d) => { out += d })
const until = Date.now() + 30000
while (!(out.includes('bot started') && out.includes('worker started')) && Date.now() < until && child.exitCode === null) await new Promise((r) => setTimeout(r, 100))
const t = Date.now(); const code = new Promise((r) => child.on('exit', (c) => r(c)))
child.kill('SIGTERM'); console.log('exit', await code, Date.now() - t, 'ms'); console.log(out.split('\n').map((l) => { try { return JSON.parse(l).msg } catch { return l } }).join(' | '))
await ws.stop(); await pg.stop('immediate'); process.exit(0)
