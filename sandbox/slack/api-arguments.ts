import type { JsonObject } from './json.ts'
import { SlackError } from './slack-error.ts'

/** The arguments of a Web API call, from a form (all strings) or a JSON body. */
export class ApiArguments {
  readonly values: JsonObject

  constructor(values: JsonObject) {
    this.values = values
  }

  /** Gives a text, or null when it is missing or empty. */
  text(name: string): string | null {
    const value = this.values[name]
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' ? value : null
  }

  /** @throws {SlackError} `invalid_arguments` when it is missing */
  requireText(name: string): string {
    const value = this.text(name)
    if (value !== null) return value
    throw new SlackError('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
    })
  }

  isSet(name: string): boolean {
    return [true, 'true', '1', 1].includes(this.values[name] as string)
  }

  /** Gives a flag, or null when it is missing. */
  flag(name: string): boolean | null {
    return this.values[name] === undefined ? null : this.isSet(name)
  }

  /** Gives a number from 1 to `max`, or `max` when it is missing. @throws {SlackError} `invalid_limit` */
  limit(name: string, standard: number, max: number): number {
    const text = this.text(name)
    if (text === null) return standard
    const count = Number(text)
    if (!Number.isInteger(count) || count < 0) throw new SlackError('invalid_limit')
    return Math.min(count === 0 ? standard : count, max)
  }

  /** Gives a structure, sent as JSON text in a form; undefined when it is missing. @throws {SlackError} the given name */
  structure(name: string, error: string): unknown {
    const value = this.values[name]
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value)
    } catch {
      throw new SlackError(error)
    }
  }
}
