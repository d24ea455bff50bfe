import { migrationResumed } from '../src/slack/messages/migration-resumed.ts'
import { requireName } from './command-words.ts'
import { decide } from './decide.ts'
import type { Subcommand } from './subcommand.ts'

/** `/migrate resume shop`. */
export const resume: Subcommand = {
  name: 'resume',
  usage: 'resume <name>',
  summary: 'Goes on after a pause.',
  wants: 'change',
  run: async (context, words) => decide(context, 'resume', requireName(resume, words), migrationResumed),
}
