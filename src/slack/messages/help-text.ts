import { context, section, toMessage } from '../blocks.ts'
import { toCode } from '../escape.ts'
import type { Message } from '../message.ts'

/** Answers `/migrate help`, drawn from the table of subcommands. */
export function helpText(view: {
  readonly subcommands: readonly { readonly usage: string; readonly summary: string }[]
  /** Names of the inventory. */
  readonly names: readonly string[]
}): Message {
  const names =
    view.names.length === 0
      ? 'The inventory names no migration yet.'
      : `Names: ${view.names.map((name) => toCode(name)).join(', ')}`
  return toMessage(
    `Flytt moves a live PostgreSQL database. Commands: ${view.subcommands.map(({ usage }) => `/migrate ${usage}`).join(', ')}.`.replaceAll(
      /[<>]/g,
      '',
    ),
    [
      section('*Flytt moves a live PostgreSQL database to another server.*'),
      section(...view.subcommands.map(({ usage, summary }) => `${toCode(`/migrate ${usage}`)}  ${summary}`)),
      context(names, 'Cutovers are approved by reacting with ✅ to the request in the thread; ❌ stops one.'),
    ],
  )
}
