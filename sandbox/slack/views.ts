import type { Changes } from './changes.ts'
import { createId, createSecret } from './ids.ts'
import { objectsOf, type JsonObject } from './json.ts'
import { FLYTT, TEAM } from './people.ts'
import { SlackError } from './slack-error.ts'
import { initialValues, keepValues, type ViewValues } from './view-values.ts'

/** A modal or a Home tab as Slack keeps it. */
export interface View extends JsonObject {
  readonly id: string
  readonly type: 'modal' | 'home'
  hash: string
  readonly callback_id: string
  readonly external_id: string
  readonly blocks: JsonObject[]
  readonly notify_on_close: boolean
  readonly clear_on_close: boolean
  readonly state: { values: ViewValues }
}

const MAX_STACK = 3

/** The open modals of each person (a stack) and the Home tabs. */
export class ViewStore {
  readonly #stacks = new Map<string, View[]>()
  readonly #homes = new Map<string, View>()
  readonly #changes: Changes

  constructor(changes: Changes) {
    this.#changes = changes
  }

  /** Gives a person's open modals, the one on top last. */
  list(userId: string): readonly View[] {
    return this.#stacks.get(userId) ?? []
  }

  findHome(userId: string): View | null {
    return this.#homes.get(userId) ?? null
  }

  /** Finds an open modal or a Home tab and whose it is. */
  find(matches: (view: View) => boolean): { userId: string; view: View } | undefined {
    for (const [userId, views] of [...this.#stacks, ...[...this.#homes].map(([id, view]) => [id, [view]] as const)]) {
      const view = views.find(matches)
      if (view !== undefined) return { userId, view }
    }
    return undefined
  }

  /** Opens a modal in place of those that are open. */
  open(userId: string, definition: JsonObject): View {
    const view = createView(definition, null)
    this.#stacks.set(userId, [view])
    this.#changes.announcePerson(userId)
    return view
  }

  /** @throws {SlackError} `push_limit_reached` */
  push(userId: string, definition: JsonObject): View {
    const stack = this.#stacks.get(userId) ?? []
    if (stack.length >= MAX_STACK) throw new SlackError('push_limit_reached')
    const view = createView(definition, stack)
    this.#stacks.set(userId, [...stack, view])
    this.#changes.announcePerson(userId)
    return view
  }

  /** @throws {SlackError} `not_found`, `hash_conflict` */
  update(viewId: string, definition: JsonObject, hash: string | null): View {
    const found = this.find((view) => view.id === viewId)
    if (found === undefined) throw new SlackError('not_found')
    requireHash(found.view, hash)
    const stack = this.#stacks.get(found.userId) ?? []
    const { id, root_view_id, previous_view_id } = found.view
    const view: View = { ...createView(definition, null), id, root_view_id, previous_view_id }
    keepValues(view.state.values, found.view.state.values)
    this.#stacks.set(
      found.userId,
      stack.map((open) => (open.id === viewId ? view : open)),
    )
    this.#changes.announcePerson(found.userId)
    return view
  }

  /** @throws {SlackError} `hash_conflict` */
  publish(userId: string, definition: JsonObject, hash: string | null): View {
    const previous = this.#homes.get(userId)
    if (previous !== undefined) requireHash(previous, hash)
    const created = createView(definition, null)
    const id = previous?.id ?? created.id
    const view: View = { ...created, id, root_view_id: id }
    this.#homes.set(userId, view)
    this.#changes.announcePerson(userId)
    return view
  }

  /** Takes one modal away. */
  close(userId: string, viewId: string): void {
    this.#stacks.set(
      userId,
      this.list(userId).filter((view) => view.id !== viewId),
    )
    this.#changes.announcePerson(userId)
  }

  /** Takes all modals of a person away. */
  closeAll(userId: string): void {
    this.#stacks.set(userId, [])
    this.#changes.announcePerson(userId)
  }
}

function requireHash(view: View, hash: string | null): void {
  if (hash !== null && hash !== view.hash) throw new SlackError('hash_conflict')
}

function createView(definition: JsonObject, below: readonly View[] | null): View {
  const id = createId('V')
  const blocks = objectsOf(definition['blocks'])
  return {
    team_id: TEAM.id,
    app_id: FLYTT.appId,
    app_installed_team_id: TEAM.id,
    bot_id: FLYTT.botId,
    callback_id: '',
    external_id: '',
    private_metadata: '',
    clear_on_close: false,
    notify_on_close: false,
    title: { type: 'plain_text', text: 'View Title', emoji: true },
    close: null,
    submit: null,
    ...definition,
    id,
    type: definition['type'] === 'home' ? 'home' : 'modal',
    blocks,
    hash: `${String(Date.now())}.${createSecret().slice(0, 8)}`,
    root_view_id: below?.[0]?.id ?? id,
    previous_view_id: below?.at(-1)?.id ?? null,
    state: { values: initialValues(blocks) },
  }
}
