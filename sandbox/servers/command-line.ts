/** A command as a shell would read it: words, and at most one file that the output goes to. */
export interface CommandLine {
  readonly words: readonly string[]
  readonly redirect: { readonly path: string; readonly append: boolean } | null
}

/**
 * Reads a command line with quotes and backslashes as a POSIX shell does.
 *
 * @returns null when it uses anything else of a shell: pipes, lists, variables, substitutions, patterns
 */
export function parseCommandLine(text: string): CommandLine | null {
  const tokens = tokenize(text)
  if (tokens === null) return null
  const words: string[] = []
  let redirect: CommandLine['redirect'] = null
  for (let position = 0; position < tokens.length; position++) {
    const token = tokens[position]
    if (token === undefined) return null
    if (!token.isOperator) {
      words.push(token.text)
      continue
    }
    const path = tokens[++position]
    if (redirect || !path || path.isOperator) return null
    redirect = { path: path.text, append: token.text === '>>' }
  }
  return { words, redirect }
}

interface Token {
  readonly text: string
  readonly isOperator: boolean
}

/** Single-quoted, double-quoted, escaped, plain, redirection, blank. */
const PIECE = /'([^']*)'|"((?:[^"\\$`]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\|&;<>()$`*?[\]#~!{}]+)|(>>?)|(\s+)/y

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = []
  let word: string | null = null
  const endWord = (): void => {
    if (word !== null) tokens.push({ text: word, isOperator: false })
    word = null
  }
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const piece = PIECE.exec(text)
    if (!piece) return null
    const [, single, double, escaped, plain, operator] = piece
    if (operator !== undefined) {
      endWord()
      tokens.push({ text: operator, isOperator: true })
    } else {
      const part = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain
      if (part === undefined) endWord()
      else word = (word ?? '') + part
    }
  }
  endWord()
  return tokens
}
