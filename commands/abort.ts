import { migrationAborting } from '../src/slack/messages/migration-aborting.ts'
import { requireName } from './command-words.ts'
import { decide } from './decide.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate abort shop`. */
export const abort: Subcommand = {
  name: 'abort',
  usage: 'abort <name>',
  summary: 'Takes everything back; possible until the cutover has switched.',
  wants: 'change',
  run: async (context, words) => decide(context, 'abort', requireName(abort, words), migrationAborting),
}
