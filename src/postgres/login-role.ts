import type { Secret } from '../secret.ts'

/** @returns the role a connection URL logs in as; empty when it names none or cannot be read */
export function loginRoleOf(url: Secret): string {
  try {
    return decodeURIComponent(new URL(url.reveal()).username)
  } catch {
    // Whoever opens the URL says what is wrong with it.
    return ''
  }
}
