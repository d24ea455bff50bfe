import type { Migration } from '../../migration/migration.ts'
import { isTerminal } from '../../migration/status.ts'
import { context, section, toMessage } from '../blocks.ts'
import { escapeText, toCode } from '../escape.ts'
import type { Message } from '../message.ts'
import { statusWords } from './status-words.ts'

/** One name of the inventory, and its newest migration if there is one. */
export interface StartChoice {
  readonly name: string
  readonly sourceLabel: string
  readonly targetLabel: string
  readonly newest: Migration | null
}

/** Answers `/migrate start` without a name: what can be started, and what not and why. */
export function startChoices(view: { readonly choices: readonly StartChoice[] }): Message {
  const open = view.choices.filter(({ newest }) => newest === null || isTerminal(newest.status))
  const text =
    open.length === 0
      ? 'Nothing can be started now.'
      : `You can start: ${open.map(({ name }) => escapeText(name)).join(', ')}. Type /migrate start and the name.`
  return toMessage(text, [
    section(
      open.length === 0 ? '*Nothing can be started now.*' : '*What shall be started?*',
      ...view.choices.map(choiceLine),
    ),
    context(
      open[0] === undefined
        ? '`/migrate list` shows what is under way.'
        : `For example ${toCode(`/migrate start ${open[0].name}`)}`,
    ),
  ])
}

function choiceLine({ name, sourceLabel, targetLabel, newest }: StartChoice): string {
  const state = newest === null ? 'not started yet' : statusWords(newest)
  return `• ${toCode(name)}  ${toCode(sourceLabel)} → ${toCode(targetLabel)} · ${state}`
}
