import process from 'node:process'
import { startSlackWorkspace } from './workspace.ts'

/** Starts the local Slack workspace alone; Flytt, or any app, connects to it with the values printed. */
const port = Number(process.env['SANDBOX_PORT'] ?? 7070)
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('SANDBOX_PORT must be a port number.')

const workspace = await startSlackWorkspace({ port })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    workspace.stop().catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  })
}

console.log(`Slack workspace: ${workspace.url}
Start an app against it with:
  SLACK_BOT_TOKEN=${workspace.botToken}
  SLACK_APP_TOKEN=${workspace.appToken}
  SLACK_API_URL=${workspace.apiUrl}`)
await workspace.preparePage()
console.log(`Sandbox ready: ${workspace.url}`)
