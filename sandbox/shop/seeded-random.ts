/** Numbers that come in the same order for the same seed. */
export interface SeededRandom {
  /** A whole number from 0 to `below` - 1. */
  integer(below: number): number
  /** One of the list, which must not be empty. */
  pick<Item>(list: readonly Item[]): Item
}

/** Makes a generator (mulberry32) for `seed`, a whole number. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const integer = (below: number): number => Math.floor(next() * below)
  return {
    integer,
    pick: <Item>(list: readonly Item[]): Item => {
      const item = list[integer(list.length)]
      if (item === undefined) throw new Error('Nothing to pick from.')
      return item
    },
  }
}
