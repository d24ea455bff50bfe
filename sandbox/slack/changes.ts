/** Something that a person could see has changed. */
export interface Change {
  readonly type: 'changed'
  /** Null when it is a modal, a Home tab, or the workspace itself. */
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

  /** Announces something that concerns no channel and no one person, such as an app that connects. */
  announceWorkspace(): void {
    this.#announce({ type: 'changed', channelId: null, userId: null })
  }

  #announce(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}
