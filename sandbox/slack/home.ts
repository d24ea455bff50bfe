import { nowTs } from './ids.ts'
import { requirePerson } from './interaction-payload.ts'
import type { View } from './views.ts'
import type { World } from './world.ts'

/** How long opening the Home tab waits for the app to publish it. */
const PUBLISH_DEADLINE_MS = 2000

/** Opens a person's Home tab: tells the app, and gives what it publishes, or what stood there before. */
export async function openHome(world: World, userId: string): Promise<View | null> {
  const person = requirePerson(world, userId)
  const before = world.views.findHome(person.id)
  const isHeard = world.sockets.connectionCount > 0
  const published = isHeard ? waitForPublish(world, person.id, before) : Promise.resolve()
  world.events.emit(
    {
      type: 'app_home_opened',
      user: person.id,
      channel: `D${person.id.slice(1)}`,
      tab: 'home',
      ...(before === null ? {} : { view: before }),
      event_ts: nowTs(),
    },
    null,
  )
  await published
  return world.views.findHome(person.id)
}

/** Resolves when the Home tab has changed, and after 2 s in any case. */
async function waitForPublish(world: World, userId: string, before: View | null): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(deadline)
      unsubscribe()
      world.stopped.removeEventListener('abort', end)
      resolve()
    }
    const deadline = setTimeout(end, PUBLISH_DEADLINE_MS)
    const unsubscribe = world.changes.subscribe((change) => {
      if (change.userId === userId && world.views.findHome(userId) !== before) end()
    })
    world.stopped.addEventListener('abort', end)
  })
}
