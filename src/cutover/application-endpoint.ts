import type { Secret } from '../secret.ts'
import type { Endpoint } from '../switch/switch.ts'

const DEFAULT_PORT = 5432

/** @returns where the application's URL of a server points; neither role nor password */
export function readApplicationEndpoint(applicationUrl: Secret): Endpoint {
  const url = new URL(applicationUrl.reveal())
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: decodeURIComponent(url.pathname.replace(/^\//, '')),
  }
}
