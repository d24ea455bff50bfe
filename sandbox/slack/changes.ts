/** Something that a person could see has changed. */
export interface Change {
  readonly type: 'changed'
  /** Null when it is a modal or a Home tab. */
  readonly channelId: string | null
  /** Whose modal or Home tab; null when everyone in the channel sees it. */
  readonly userId: string | null
}

/** Tells the open pages, and whoever waits, that something changed. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>()

  /** @returns a function that ends the subscription */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  announceChannel(channelId: string): void {
    this.#announce({ type: 'changed', channelId, userId: null })
  }

  announcePerson(userId: string): void {
    this.#announce({ type: 'changed', channelId: null, userId })
  }

  #announce(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}
