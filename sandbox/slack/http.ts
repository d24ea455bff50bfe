import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, type JsonObject } from './json.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024

/** Reads a whole request body. @throws {RangeError} above 64 MiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new RangeError('The request is larger than 64 MiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads a form or JSON body into one object; null when it is neither. */
export function parseBody(body: Buffer, contentType: string): JsonObject | null {
  if (body.length === 0) return {}
  if (contentType.includes('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body.toString()))
  }
  try {
    const value: unknown = JSON.parse(body.toString())
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(JSON.stringify(value))
}

/** Answers with text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}
