import { createSecret } from './ids.ts'
import { SlackError } from './slack-error.ts'

const VALID_MS = 3000

/** The trigger ids that let an app open a modal: each for one use within 3 s. */
export class Triggers {
  readonly #triggers = new Map<string, { userId: string; createdAtMs: number; isUsed: boolean }>()

  create(userId: string): string {
    const id = `${String(Date.now())}.${createSecret()}`
    this.#triggers.set(id, { userId, createdAtMs: Date.now(), isUsed: false })
    return id
  }

  /** @returns whose click it was @throws {SlackError} `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id` */
  exchange(id: string | null): string {
    const trigger = id === null ? undefined : this.#triggers.get(id)
    if (trigger === undefined) throw new SlackError('invalid_trigger_id')
    if (Date.now() - trigger.createdAtMs > VALID_MS) throw new SlackError('expired_trigger_id')
    if (trigger.isUsed) throw new SlackError('exchanged_trigger_id')
    trigger.isUsed = true
    return trigger.userId
  }
}
