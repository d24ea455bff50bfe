/** Control and direction characters, which could hide or turn what a person reads; line breaks stay. */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}]/gu

/**
 * Makes a text from a database, a server or a person inert: no mention, link or date token can come of it.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeText(text: string): string {
  return text.replace(INVISIBLE, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Shows a name as code; a backtick in it would end the code, so a look-alike stands for it. */
export function toCode(name: string, maxLength = 120): string {
  const clean = escapeText(truncate(name.replace(/\s+/g, ' '), maxLength)).replaceAll('`', 'ˋ')
  return clean.trim() === '' ? '` `' : `\`${clean}\``
}

/** Shows several lines as a code block. */
export function toCodeBlock(lines: readonly string[]): string {
  return `\`\`\`\n${lines.map((line) => escapeText(line).replaceAll('`', 'ˋ')).join('\n')}\n\`\`\``
}

/** Mentions a person. */
export function mention(userId: string): string {
  return /^[UW][A-Z0-9]+$/.test(userId) ? `<@${userId}>` : escapeText(userId)
}

/** Cuts a text that is not escaped yet. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  // A surrogate pair that is cut in two is no character.
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/**
 * Joins as many whole lines as fit, and says how many do not.
 *
 * @param maxLength - of the result, in characters
 * @param countRest - what is said of the rest, `… and 12 more` if not given
 */
export function joinLines(
  lines: readonly string[],
  maxLength: number,
  countRest: (count: number) => string = (count) => `… and ${count} more`,
): string {
  const whole = lines.join('\n')
  if (whole.length <= maxLength) return whole
  const kept: string[] = []
  let length = 0
  for (const line of lines) {
    if (length + line.length + 1 > maxLength - countRest(lines.length).length) break
    kept.push(line)
    length += line.length + 1
  }
  if (kept.length === 0) return cutEscaped(lines[0] ?? '', maxLength)
  return [...kept, countRest(lines.length - kept.length)].join('\n')
}

/** Cuts a text that is escaped already, never within an entity or a token such as `<@U1>`. */
export function cutEscaped(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).replace(/(&[a-z]*|<[^>]*|[\uD800-\uDBFF])$/, '')}…`
}
