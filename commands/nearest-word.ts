/**
 * Finds the word somebody meant: the only one that begins so, else the one with the fewest letters wrong.
 *
 * @param typed - what was typed
 * @param known - what could have been meant
 * @returns the nearest known word, or null when none is near enough to be a slip of the fingers
 */
export function findNearestWord(typed: string, known: Iterable<string>): string | null {
  const word = typed.toLowerCase().slice(0, 60)
  const words = [...known]
  const begun = words.filter((candidate) => candidate.toLowerCase().startsWith(word))
  if (word.length >= 2 && begun.length === 1) return begun[0] ?? null
  let nearest: string | null = null
  let least = Math.max(1, Math.min(3, Math.floor(word.length / 3))) + 1
  for (const candidate of words) {
    const distance = countEdits(word, candidate.toLowerCase())
    if (distance < least) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}

/**
 * Counts the letters to insert, remove, replace or swap with their neighbour.
 *
 * @see https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance (optimal string alignment)
 */
function countEdits(a: string, b: string): number {
  const width = b.length + 1
  const cost = new Array<number>((a.length + 1) * width).fill(0)
  const at = (i: number, j: number) => cost[i * width + j] ?? 0
  for (let i = 0; i <= a.length; i += 1) {
    for (let j = 0; j <= b.length; j += 1) {
      if (i === 0 || j === 0) {
        cost[i * width + j] = i + j
        continue
      }
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, at(i - 2, j - 2) + 1)
      cost[i * width + j] = least
    }
  }
  return at(a.length, b.length)
}
