import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody, sendText } from './http.ts'
import type { World } from './world.ts'

/** Takes the content of a file at `/upload/<id>`: raw, or as the one file of a form. */
export async function receiveUpload(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const contentType = request.headers['content-type'] ?? ''
  const body = await readBody(request)
  const content = contentType.startsWith('multipart/form-data') ? await readFormFile(body, contentType) : body
  const file = content === null ? null : world.files.receive(id, content)
  if (file === null) sendText(response, 400, 'invalid_upload')
  else sendText(response, 200, `OK - ${String(file.sizeBytes)}`)
}

/** Sends a stored file at `/files/<id>/<name>`. */
export function sendFile(world: World, response: ServerResponse, id: string): void {
  const file = world.files.find(id)
  if (file === undefined) {
    sendText(response, 404, 'file_not_found')
    return
  }
  response.writeHead(200, {
    'content-type': file.mimetype,
    'content-length': file.sizeBytes,
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    // An uploaded page must not act as this one.
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  })
  response.end(file.content)
}

async function readFormFile(body: Buffer, contentType: string): Promise<Buffer | null> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  for (const part of form.values()) if (typeof part !== 'string') return Buffer.from(await part.arrayBuffer())
  return null
}
