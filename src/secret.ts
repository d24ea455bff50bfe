/**
 * A value that must not be shown: a connection string, a password, a token.
 *
 * It prints, logs and serialises as `[redacted]`; only {@link Secret.reveal} gives the text.
 * Every revealed text is remembered for {@link redact}, so that a driver's error message that quotes it is cleaned too.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    remember(text)
  }

  /** Gives the text itself. Call it only where it is handed to a driver. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]'
  }
}

const known = new Set<string>()

/** Shorter texts would turn ordinary words into `[redacted]`. */
const SHORTEST_REMEMBERED = 6

function remember(text: string): void {
  if (text.length >= SHORTEST_REMEMBERED) known.add(text)
  const password = /^[a-z]+:\/\/[^:@/]*:([^@/]+)@/.exec(text)?.[1]
  if (password === undefined) return
  for (const form of [password, safeDecode(password)]) if (form.length >= SHORTEST_REMEMBERED) known.add(form)
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const PATTERNS: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@]+@/gi, '$1:[redacted]@'],
  [/(\bpassword\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'"]+)/gi, '$1[redacted]'],
  [/(\bPASSWORD\s+)'(?:[^']|'')*'/g, "$1'[redacted]'"],
  [/\bxox[a-z]-[\w-]+|\bxapp-[\w-]+/g, '[redacted]'],
  [/SCRAM-SHA-256\$[^\s'"]+/g, '[redacted]'],
]

/**
 * Takes every known secret and everything that looks like one out of a text.
 *
 * @param text - an error message, a log field, a server's notice
 * @returns the text with each secret replaced by `[redacted]`
 */
export function redact(text: string): string {
  let clean = text
  for (const secret of known) clean = clean.replaceAll(secret, '[redacted]')
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement)
  return clean
}
