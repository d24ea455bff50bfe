/** @returns the texts of the first column of the table whose heading begins with `title`, without backticks */
export function firstColumn(markdown: string, title: string): readonly string[] {
  const lines = markdown.split('\n')
  const head = lines.findIndex((line) => cellOf(line) === title)
  if (head === -1) throw new Error(`There is no table headed "${title}".`)
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'))
  return lines.slice(head + 2, end === -1 ? lines.length : end).map((line) => cellOf(line) ?? '')
}

/** @returns the headings of a level, without backticks */
export function headings(markdown: string, level: number): readonly string[] {
  const mark = `${'#'.repeat(level)} `
  return markdown
    .split('\n')
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(mark.length).replaceAll('`', ''))
}

/** @returns the code blocks of one language in the section under a heading */
export function codeBlocks(markdown: string, heading: string, language: string): readonly string[] {
  const [, section] = `\n${markdown}`.split(`\n## ${heading}\n`)
  if (section === undefined) throw new Error(`There is no section "${heading}".`)
  const [text = ''] = section.split('\n## ')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code)
}

function cellOf(line: string): string | null {
  return line.startsWith('|') ? (line.split('|')[1] ?? '').trim().replaceAll('`', '') : null
}
