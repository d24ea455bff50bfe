import { section, toMessage } from '../blocks.ts'
import { mention } from '../escape.ts'
import { formatList } from '../format.ts'
import type { Message } from '../message.ts'

/** One line: the cutover begins, and who agreed to it. */
export function cutoverStarted(view: { readonly approvedBy: readonly string[] }): Message {
  const who = formatList(view.approvedBy.map(mention))
  return toMessage(`The cutover begins, approved by ${who}.`, [section(`✂️ *The cutover begins*, approved by ${who}.`)])
}
