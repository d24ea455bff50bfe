/** Compiles Flytt to dist/ and copies what is read at run time: SQL files and state revisions. */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
const compile = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (compile.status !== 0) process.exit(compile.status ?? 1)
for (const folder of ['src/postgres/sql', 'src/state/revisions']) cpSync(folder, `dist/${folder}`, { recursive: true })
cpSync('package.json', 'dist/package.json')
