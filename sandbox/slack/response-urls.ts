import { createSecret } from './ids.ts'

export interface ResponseUrl {
  readonly id: string
  readonly userId: string
  readonly channelId: string
  /** The message whose button was pressed; null for a slash command. */
  readonly messageTs: string | null
  /** The thread that message is in; null in the channel itself. */
  readonly threadTs: string | null
  /** What an earlier answer to this address posted: `replace_original` then means that one. */
  answerTs: string | null
  readonly createdAtMs: number
  useCount: number
}

const VALID_MS = 30 * 60_000
const MAX_USES = 5

/** The addresses an app answers a command or a click at: five uses within 30 minutes. */
export class ResponseUrls {
  readonly #urls = new Map<string, ResponseUrl>()

  create(origin: Pick<ResponseUrl, 'userId' | 'channelId' | 'messageTs' | 'threadTs'>): ResponseUrl {
    const responseUrl: ResponseUrl = {
      ...origin,
      id: createSecret(),
      answerTs: null,
      createdAtMs: Date.now(),
      useCount: 0,
    }
    this.#urls.set(responseUrl.id, responseUrl)
    return responseUrl
  }

  /** Uses an address once. @returns Slack's error name when that is not possible */
  use(id: string): ResponseUrl | 'invalid_url' | 'used_url' | 'expired_url' {
    const responseUrl = this.#urls.get(id)
    if (responseUrl === undefined) return 'invalid_url'
    if (Date.now() - responseUrl.createdAtMs > VALID_MS) return 'expired_url'
    if (responseUrl.useCount >= MAX_USES) return 'used_url'
    responseUrl.useCount += 1
    return responseUrl
  }
}
