import { migrationRetried } from '../src/slack/messages/migration-retried.ts'
import { requireName } from './command-words.ts'
import { decide } from './decide.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate retry shop`. */
export const retry: Subcommand = {
  name: 'retry',
  usage: 'retry <name>',
  summary: 'Tries again after a failure.',
  wants: 'change',
  run: async (context, words) => decide(context, 'retry', requireName(retry, words), migrationRetried),
}
