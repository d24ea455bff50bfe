import { abort } from './abort.ts'
import { createHelp } from './help.ts'
import { list } from './list.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { retry } from './retry.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import type { Subcommand } from './subcommand.ts'

const acting: readonly Subcommand[] = [start, status, list, pause, resume, retry, abort]

/** Everything that can be typed after `/migrate`, by name, in the order help shows it. */
export const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map(
  [...acting, createHelp(acting)].map((subcommand) => [subcommand.name, subcommand]),
)
