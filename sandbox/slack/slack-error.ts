import type { JsonObject } from './json.ts'

/** An answer `{ok: false, error}`: what Slack says when it understood a call and refuses it. */
export class SlackError extends Error {
  readonly error: string
  /** Further members of the answer, such as `response_metadata`. */
  readonly detail: JsonObject

  constructor(error: string, detail: JsonObject = {}) {
    super(error)
    this.name = 'SlackError'
    this.error = error
    this.detail = detail
  }
}

/** A request to the control API that cannot be carried out; the message is a sentence for a person. */
export class ControlError extends Error {
  readonly status: 400 | 404

  constructor(status: 400 | 404, sentence: string) {
    super(sentence)
    this.name = 'ControlError'
    this.status = status
  }
}
