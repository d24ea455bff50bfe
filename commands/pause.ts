import { migrationPaused } from '../src/slack/messages/migration-paused.ts'
import { requireName } from './command-words.ts'
import { decide } from './decide.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate pause shop`. */
export const pause: Subcommand = {
  name: 'pause',
  usage: 'pause <name>',
  summary: 'Stops after what runs at this moment; nothing is taken back.',
  wants: 'change',
  run: async (context, words) => decide(context, 'pause', requireName(pause, words), migrationPaused),
}
