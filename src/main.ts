import { startBot } from './bot.ts'
import { runProcess } from './process.ts'
import { startWorker } from './worker.ts'

// The worker stops first, while the bot can still answer.
await runProcess('flytt', async (parts) => [await startBot(parts), await startWorker(parts)])
