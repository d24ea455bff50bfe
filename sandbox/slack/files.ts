import { createId, createSecret } from './ids.ts'
import type { JsonObject } from './json.ts'
import { FLYTT } from './people.ts'

export interface StoredFile {
  readonly id: string
  readonly name: string
  title: string
  readonly mimetype: string
  readonly sizeBytes: number
  readonly path: string
  readonly content: Buffer
  readonly createdAt: Date
}

interface Upload {
  readonly fileId: string
  readonly name: string
  readonly expectedBytes: number
}

const MIMETYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  sql: 'application/sql',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  log: 'text/plain',
}

/** Uploads that were announced, and files that arrived. */
export class FileStore {
  readonly #uploads = new Map<string, Upload>()
  readonly #files = new Map<string, StoredFile>()

  /** Announces a file. @returns its id and the secret part of its upload address */
  announce(name: string, expectedBytes: number): { fileId: string; uploadId: string } {
    const fileId = createId('F')
    const uploadId = createSecret()
    this.#uploads.set(uploadId, { fileId, name, expectedBytes })
    return { fileId, uploadId }
  }

  /** Takes the content of an announced file. @returns null when the address is unknown or the length is not the announced one */
  receive(uploadId: string, content: Buffer): StoredFile | null {
    const upload = this.#uploads.get(uploadId)
    if (upload?.expectedBytes !== content.length) return null
    this.#uploads.delete(uploadId)
    const file: StoredFile = {
      id: upload.fileId,
      name: upload.name,
      title: upload.name,
      mimetype: MIMETYPES[extensionOf(upload.name)] ?? 'application/octet-stream',
      sizeBytes: content.length,
      path: `/files/${upload.fileId}/${encodeURIComponent(upload.name)}`,
      content,
      createdAt: new Date(),
    }
    this.#files.set(file.id, file)
    return file
  }

  find(fileId: string): StoredFile | undefined {
    return this.#files.get(fileId)
  }
}

/** Writes a file as the Web API does. */
export function toSlackFile(file: StoredFile, url: string): JsonObject {
  const created = Math.floor(file.createdAt.getTime() / 1000)
  return {
    id: file.id,
    created,
    timestamp: created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extensionOf(file.name),
    user: FLYTT.userId,
    size: file.sizeBytes,
    mode: 'hosted',
    is_external: false,
    is_public: true,
    url_private: url + file.path,
    url_private_download: url + file.path,
    permalink: url + file.path,
  }
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}
